// oauth4webapi drives the FAPI 2 flow by its parts: it validates every answer itself and is stricter than most.
import * as jose from 'jose'
import * as oauth from 'oauth4webapi'
import { hear, run, say } from './conversation.mjs'

const insecure = { [oauth.allowInsecureRequests]: true }

// A DPoP nonce that the server wants is a first refusal and a second try (RFC 9449 8).
const withNonce = async (dpop, request, process) => {
  try {
    return await process(await request())
  } catch (fault) {
    if (!dpop || !oauth.isDPoPNonceError(fault)) throw fault
    return process(await request())
  }
}

await run(async (wish) => {
  const issuer = new URL(wish.issuer)
  const server = await oauth.processDiscoveryResponse(
    issuer, await oauth.discoveryRequest(issuer, { ...insecure, algorithm: wish.algorithm ?? 'oidc' }),
  )
  const client = { client_id: wish.client_id, ...wish.metadata }
  const authenticate = oauth.PrivateKeyJwt({ key: await jose.importJWK(wish.jwk, wish.jwk.alg), kid: wish.jwk.kid })
  const dpop = wish.dpop ? oauth.DPoP(client, await oauth.generateKeyPair(wish.dpop)) : undefined
  const options = { ...insecure, ...(dpop ? { DPoP: dpop } : {}) }

  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const parameters = new URLSearchParams({
    client_id: client.client_id, response_type: 'code', redirect_uri: wish.redirect_uri, scope: wish.scope, state, nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...wish.parameters,
  })
  const pushed = await withNonce(
    dpop,
    () => oauth.pushedAuthorizationRequest(server, client, authenticate, parameters, options),
    (answer) => oauth.processPushedAuthorizationResponse(server, client, answer),
  )
  const url = new URL(server.authorization_endpoint)
  url.search = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri })
  say({ url: url.href })

  const { landed } = await hear()
  const callback = oauth.validateAuthResponse(server, client, new URL(landed), state)
  const tokens = await withNonce(
    dpop,
    () => oauth.authorizationCodeGrantRequest(server, client, authenticate, callback, wish.redirect_uri, verifier, options),
    (answer) => oauth.processAuthorizationCodeResponse(server, client, answer, { expectedNonce: nonce, requireIdToken: true }),
  )
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  const told = await withNonce(
    dpop,
    () => oauth.userInfoRequest(server, client, tokens.access_token, options),
    (answer) => oauth.processUserInfoResponse(server, client, claims.sub, answer),
  )
  // As a resource server would: the access token by RFC 9068, with its binding where there is one.
  const asked = new Request(`${wish.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  const read = dpop ? null : await oauth.validateJwtAccessToken(server, asked, `${wish.issuer}/userinfo`, insecure)
  say({ claims, told, token_type: tokens.token_type, read })
})
