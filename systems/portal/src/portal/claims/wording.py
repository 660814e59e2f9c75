"""The words of the claim desk: states, kinds, proofs, and every reason why something cannot be done now."""

from __future__ import annotations

from portal.claims.rules import Agreement, ProofKind
from portal.claims.states import Kind, State
from portal.i18n import lazy

STATES = {
    State.FIRST: (lazy("Waiting for the first officer"), "wait"),
    State.MORE: (lazy("Waiting for something more from the claimant"), "wait"),
    State.SECOND: (lazy("Waiting for the second officer"), "wait"),
    State.GRANTED: (lazy("Given, not in effect yet"), "info"),
    State.STOPPED: (lazy("Stopped, under review"), "bad"),
    State.EFFECTIVE: (lazy("Done"), "ok"),
    State.REFUSED: (lazy("Not given"), "bad"),
    State.WITHDRAWN: (lazy("Withdrawn"), "plain"),
}
KINDS = {
    Kind.ACCOUNT: lazy("Old account"),
    Kind.HEIR: lazy("Account of somebody who has died"),
    Kind.FREEZE: lazy("Frozen account"),
}
PROOFS = {
    ProofKind.PASSWORD: lazy("Old password"),
    ProofKind.OLD_PHONE: lazy("Code to the old telephone"),
    ProofKind.RECEIPT: lazy("Receipt: code and date"),
    ProofKind.ORIGINALS: lazy("Original papers"),
}
AGREEMENTS = {
    Agreement.NUMBER: (lazy("Number, name and date of birth agree with what the account said"), "verified"),
    Agreement.NAME_AND_DATE: (lazy("Name and date of birth agree; the account named no number"), "unverified"),
    Agreement.NONE: (lazy("The account named another person"), "mismatch"),
}
REVIEWS = {
    "MANY_FOR_ONE_PERSON": lazy("Several accounts were given to this person"),
    "SAME_TWO_OFFICERS": lazy("The same two officers decided often together"),
    "TOO_QUICK": lazy("Decided in less than two minutes"),
    "GIVES_MORE_THAN_OTHERS": lazy("An officer gives more than twice as often as usual"),
    "CONTACT_OF_ANOTHER_CLAIM": lazy("The same contact stands in another person's claim"),
    "DRAWN": lazy("Drawn at random"),
    "STOPPED": lazy("Stopped by somebody who was told"),
}
REFUSALS = {
    "CLAIM_UNKNOWN": lazy("There is no such request."),
    "CLAIM_OTHER_STATE": lazy("Somebody else has done something here meanwhile. Nothing was changed now."),
    "CLAIM_OTHER_OFFICER": lazy("Another officer has to do this."),
    "CLAIM_NOT_DRAWN": lazy("The system has drawn another officer for the second opinion."),
    "CLAIM_EVIDENCE_FIRST": lazy("Read the evidence first, then the first opinion."),
    "CLAIM_NO_ACCOUNT": lazy("The account has to be named first."),
    "CLAIM_NO_SUCH_ACCOUNT": lazy("No account that can be claimed and agrees with this person was found by that."),
    "CLAIM_NOT_CLAIMABLE": lazy("This account belongs to somebody already, or cannot be claimed."),
    "CLAIM_OTHER_PERSON": lazy("The account named another person. The desk cannot give it."),
    "CLAIM_NO_PROOF": lazy("Control of the account is not shown yet; the rule says how much is needed."),
    "VNEID_L1_ONLY": lazy("The claimant asked with VNeID level 1; level 2 is needed."),
    "NPD_UNAVAILABLE": lazy("The population database does not answer. Nothing was decided; try again in some minutes."),
    "NPD_NO_LONGER_MATCHES": lazy("The population database does not know the claimant as living."),
    "CLAIM_OWNER_DEAD": lazy("The owner has died. The account was sealed; heirs may ask the desk."),
    "CLAIM_OWNER_ALIVE": lazy("The owner of the account is alive."),
    "CLAIM_DISAGREED": lazy("The two opinions differ, so the account is not given."),
    "LIMIT_OFFICER": lazy("You have given as many opinions today as one officer may."),
    "LIMIT_OFFICE": lazy("Your office has given as many opinions today as it may."),
    "VERDICT_MISSING": lazy("Choose your opinion."),
    "REASON_MISSING": lazy("Say why, in at least 10 characters."),
    "PROOF_NOTE_MISSING": lazy("Say which papers you had in hand, in at least 10 characters."),
    "PROOF_NO_PASSWORD": lazy("This account has no password that could be compared."),
    "PROOF_TRIES_OVER": lazy("The old password was tried too often for this account. Use another way."),
    "PROOF_PHONE_NOT_HELD": lazy("A code counts only where your VNeID has had this telephone for 90 days."),
    "PROOF_WRONG": lazy("That password is not the one of the account."),
    "APPEAL_TOO_LATE": lazy("A request can be appealed once, within 30 days of the answer."),
    "STOP_REFUSED": lazy("This can no longer be stopped here."),
    "DAY_MISSING": lazy("Enter the date of the receipt, for example 22/4/2024."),
}


def refusal(code: str) -> str:
    """The sentence of a code; the code itself where there is none."""
    return str(REFUSALS.get(code, code))
