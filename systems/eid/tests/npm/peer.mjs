// npm oidc-provider with the same two clients, addresses and demands as ours: what it refuses, we should have a reason to take.
import Provider from 'oidc-provider'
import { run, say } from './conversation.mjs'

await run(async (wish) => {
  const provider = new Provider(wish.issuer, {
    clients: wish.clients,
    routes: {
      authorization: '/authorize', pushed_authorization_request: '/par', token: '/token', userinfo: '/userinfo',
      end_session: '/logout', jwks: '/jwks', introspection: '/introspect', revocation: '/revoke',
    },
    scopes: ['openid', 'phone', 'email'],
    claims: { openid: ['sub'], phone: ['phone_number'], email: ['email'] },
    acrValues: ['urn:motcua:acr:eid1', 'urn:motcua:acr:eid2'],
    pkce: { required: (ctx, client) => client.clientId === 'national' },
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'PS256', 'EdDSA'], idTokenSigningAlgValues: ['ES256'] },
    jwks: { keys: wish.keys },
    cookies: { keys: ['any'] },
    features: {
      pushedAuthorizationRequests: { enabled: true },
      claimsParameter: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      devInteractions: { enabled: true },
      fapi: { enabled: true, profile: (ctx, client) => (client?.clientId === 'national' ? '2.0' : undefined) },
    },
    ttl: { PushedAuthorizationRequest: 60, AuthorizationCode: 60, AccessToken: 300, IdToken: 300, Session: 3600, Interaction: 600, Grant: 3600 },
  })
  // A fault of the peer is a verdict too: its answer is 500, and the line says why.
  provider.on('server_error', (ctx, fault) => process.stderr.write(`${fault.stack}\n`))
  await new Promise((resolve) => provider.listen(wish.port, '127.0.0.1', resolve))
  say({ listening: wish.port })
  await new Promise(() => {})
})
