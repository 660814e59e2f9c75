"""How django-oauth-toolkit is set: the code flow for provinces and nothing else."""

from portal.config import CONFIG

OAUTH2_PROVIDER_GRANT_MODEL = "sso.Grant"
OAUTH2_PROVIDER = {
    "SCOPES": {"openid": "Sign in"},
    "DEFAULT_SCOPES": ["openid"],
    "OAUTH2_SERVER_CLASS": "portal.sso.server.CodeServer",
    "OAUTH2_VALIDATOR_CLASS": "portal.sso.validator.LoginValidator",
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": CONFIG.origin,
    "PKCE_REQUIRED": True,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 60,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}

__all__ = ["OAUTH2_PROVIDER", "OAUTH2_PROVIDER_GRANT_MODEL"]
