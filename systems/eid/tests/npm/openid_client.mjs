// openid-client drives one flow: discovery, (pushed) request, callback, tokens, userinfo, and what the test asks after.
import * as client from 'openid-client'
import * as jose from 'jose'
import { hear, run, say } from './conversation.mjs'

const authentication = async (wish) => {
  if (wish.method === 'private_key_jwt') {
    const key = await jose.importJWK(wish.jwk, wish.jwk.alg)
    return client.PrivateKeyJwt({ key, kid: wish.jwk.kid })
  }
  if (wish.method === 'client_secret_basic') return client.ClientSecretBasic(wish.secret)
  if (wish.method === 'client_secret_post') return client.ClientSecretPost(wish.secret)
  if (wish.method === 'none') return client.None()
  throw new Error(`no such method: ${wish.method}`)
}

const requestObjectKey = async (wish) => ({ key: await jose.importJWK(wish.jwk, wish.jwk.alg), kid: wish.jwk.kid })

const authorizationUrl = async (config, wish, parameters, options) => {
  let asked = parameters
  if (wish.jar) {
    const url = await client.buildAuthorizationUrlWithJAR(config, parameters, await requestObjectKey(wish))
    asked = Object.fromEntries(url.searchParams)
  }
  if (wish.par) return client.buildAuthorizationUrlWithPAR(config, asked, options)
  return client.buildAuthorizationUrl(config, asked)
}

const follow = async (config, tokens, options, act) => {
  switch (act.do) {
    case 'userinfo':
      return client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, options)
    case 'refresh':
      Object.assign(tokens, await client.refreshTokenGrant(config, act.refresh_token ?? tokens.refresh_token, {}, options))
      return { refreshed: true, scope: tokens.scope, token_type: tokens.token_type, expires_in: tokens.expires_in }
    case 'introspect':
      return client.tokenIntrospection(config, act.token ?? tokens.access_token)
    case 'revoke':
      await client.tokenRevocation(config, act.token ?? tokens.refresh_token ?? tokens.access_token)
      return { revoked: true }
    case 'end_session':
      return { url: client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, ...act.parameters }).href }
    default:
      throw new Error(`no such act: ${act.do}`)
  }
}

const discover = async (wish) => {
  const config = await client.discovery(
    new URL(wish.issuer), wish.client_id, wish.metadata, await authentication(wish),
    { execute: [client.allowInsecureRequests] },
  )
  if (wish.non_repudiation) client.enableNonRepudiationChecks(config)
  if (wish.jarm) client.useJwtResponseMode(config)
  const options = wish.dpop ? { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair(wish.dpop)) } : undefined
  return { config, options }
}

const code = async (wish) => {
  const { config, options } = await discover(wish)
  const verifier = client.randomPKCECodeVerifier()
  const [state, nonce] = [client.randomState(), client.randomNonce()]
  const parameters = { redirect_uri: wish.redirect_uri, scope: wish.scope, state, nonce, ...wish.parameters }
  if (wish.pkce !== false) {
    parameters.code_challenge = await client.calculatePKCECodeChallenge(verifier)
    parameters.code_challenge_method = 'S256'
  }
  const url = await authorizationUrl(config, wish, parameters, options)
  say({ url: url.href })
  const { landed } = await hear()
  const checks = { expectedState: state, expectedNonce: nonce, idTokenExpected: true }
  if (wish.pkce !== false) checks.pkceCodeVerifier = verifier
  const tokens = await client.authorizationCodeGrant(config, new URL(landed), checks, undefined, options)
  say({ claims: tokens.claims(), token_type: tokens.token_type, scope: tokens.scope, refresh: Boolean(tokens.refresh_token) })
  for (;;) {
    const act = await hear()
    if (act.do === 'end') return
    say({ answer: await follow(config, tokens, options, act) })
  }
}

const machine = async (wish) => {
  const { config, options } = await discover(wish)
  const tokens = await client.clientCredentialsGrant(config, wish.parameters ?? {}, options)
  const introspected = wish.introspect ? await client.tokenIntrospection(config, tokens.access_token) : null
  say({ token_type: tokens.token_type, scope: tokens.scope, expires_in: tokens.expires_in, introspected })
}

const device = async (wish) => {
  const { config, options } = await discover(wish)
  const started = await client.initiateDeviceAuthorization(config, { scope: wish.scope, ...wish.parameters })
  say({ started })
  await hear()
  const tokens = await client.pollDeviceAuthorizationGrant(config, { ...started, interval: wish.interval ?? 1 }, undefined, options)
  say({ claims: tokens.claims(), token_type: tokens.token_type })
}

const ciba = async (wish) => {
  const { config, options } = await discover(wish)
  const started = await client.initiateBackchannelAuthentication(config, { scope: wish.scope, ...wish.parameters })
  say({ started })
  await hear()
  const tokens = await client.pollBackchannelAuthenticationGrant(config, { ...started, interval: wish.interval ?? 1 }, undefined, options)
  say({ claims: tokens.claims(), token_type: tokens.token_type })
}

const exchange = async (wish) => {
  const { config, options } = await discover(wish)
  const grant = 'urn:ietf:params:oauth:grant-type:token-exchange'
  const tokens = await client.genericGrantRequest(config, grant, wish.parameters, options)
  say({ token_type: tokens.token_type, issued_token_type: tokens.issued_token_type, access_token: tokens.access_token })
}

const register = async (wish) => {
  const options = { initialAccessToken: wish.initial_access_token, execute: [client.allowInsecureRequests] }
  const config = await client.dynamicClientRegistration(new URL(wish.issuer), wish.metadata, undefined, options)
  say({ client: config.clientMetadata() })
}

const flows = { code, machine, device, ciba, exchange, register }
await run((wish) => flows[wish.flow](wish))
