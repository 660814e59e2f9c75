// Speaks with the test line by line in JSON; names under .localhost lead to loopback (RFC 6761), as browsers have it.
import dns from 'node:dns'
import readline from 'node:readline'

const lookup = dns.lookup
dns.lookup = (name, options, callback) => {
  const local = typeof name === 'string' && name.endsWith('.localhost')
  return lookup(local ? '127.0.0.1' : name, options, callback)
}

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()

export const say = (words) => process.stdout.write(JSON.stringify(words) + '\n')

export const hear = async () => JSON.parse((await lines.next()).value)

const reason = (fault) =>
  [fault?.stack ?? String(fault), fault?.code, fault?.error, JSON.stringify(fault?.cause?.body ?? fault?.cause ?? null)].join(' | ')

// Runs a script whose argument is the opening line; a fault is told, never swallowed.
export const run = async (script) => {
  try {
    await script(await hear())
    process.exit(0)
  } catch (fault) {
    say({ failed: reason(fault) })
    process.exit(1)
  }
}
