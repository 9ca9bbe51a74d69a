import process from 'bare-process'
import { NobodyThere } from '../log/errors.js'
import type { Contact } from '../log/start.js'
import { diagnose, type Reason } from '../peers/diagnosis.js'
import type { Facts } from '../peers/facts.js'
import type { ReplicatedCore } from '../peers/replicated-core.js'

// ms
const NOTICE_AFTER = 10_000
const LOOK_AGAIN = 5000

/**
 * Says why nobody who has the log has answered, after 10 s and whenever the reason is another one, until there
 * is `contact`; its failure says so, too. DEBUG adds what is known.
 */
export async function explainSilence(
  log: ReplicatedCore,
  contact: Promise<Contact>,
  { say }: { say: (text: string) => void }
): Promise<Contact> {
  const explain = (): [Reason | null, string] => {
    const { facts } = log
    const reason = diagnose(facts)
    if (process.env.DEBUG) say(`what is known: ${JSON.stringify(facts)}`)
    return [reason, reason ? WORDS[reason](facts) : '']
  }

  let said: Reason | null = null
  const note = (): void => {
    timer = setTimeout(note, LOOK_AGAIN)
    const [reason, words] = explain()
    if (reason && reason !== said) say(`nobody found yet: ${words}`)
    said = reason
  }
  let timer = setTimeout(note, NOTICE_AFTER)
  log.once('close', () => clearTimeout(timer)) // one of several, which others go on without
  const answer = await contact
  clearTimeout(timer)

  if (!(answer.failure instanceof NobodyThere)) return answer
  const [reason, words] = explain()
  if (!reason) return answer
  return { ...answer, failure: new NobodyThere(`${answer.failure.message}: ${words}`) }
}

/** What is said of each reason. docs/network.md has a paragraph for each. */
export const WORDS: Record<Reason, (facts: Facts) => string> = {
  'no network': () => 'this machine has no network',
  'no node has an address': ({ nodes }) =>
    `there is no address for ${nodes.join(', ')}: is the name right, and does DNS work here?`,
  'no node answers': ({ nodes }) =>
    `no DHT node answers (asked ${nodes.join(', ')}): is this machine online, is that the address of a DHT node, and does a firewall drop UDP?`,
  looking: () => 'the DHT answers, and is still being searched',
  trying: () => 'somebody shares this log, and is being tried',
  'nobody is announced': () =>
    'the DHT answers, but nobody in it shares this log: is the key right, and is its writer or a reader of it up, in the same DHT?',
  gone: () =>
    'somebody shared this log, but does not answer: is its writer or a reader of it still up and online?',
  blocked: (facts) =>
    `somebody who shares this log is up, but no UDP packet comes through${natsOf(facts)}: let UDP through a firewall on one side, start a reader on a machine that both can reach, or ${relayOf(facts)}`,
  'random ports': (facts) =>
    `somebody who shares this log is up, but no UDP packet comes through: the NAT here gives another port to each destination, and so, it seems, does the one there; start a reader on a machine that both can reach, or ${relayOf(facts)}`,
  unproven: () =>
    'somebody answers, but does not have the key of this log: is its writer or a reader of it up?',
  uninformed: () => 'there are only readers that have nothing of this log yet: is its writer up?'
}

function natsOf({ nats, hasRandomPorts }: Facts): string {
  if (!nats) return hasRandomPorts ? ' (the NAT here gives another port to each destination)' : ''
  return ` (NAT here: ${nats.here}, there: ${nats.there})`
}

function relayOf({ hasRelay, relay }: Facts): string {
  if (!hasRelay) return 'try --relay <key>'
  if (relay === null || relay === 'connected') return 'try another --relay'
  return 'see why the relay does not answer: is it up, and is its key right?'
}
