// NATS JetStream with its own client, which runs on Node.js.
//
//   jetstream write <port> <in flight> line|block      standard input to messages, lines or 256 KiB each
//   jetstream read <port>                              all messages to standard output, and those to come
import process from 'node:process'
import b4a from 'b4a'
import { connect } from 'nats'

const STREAM = 'log'
const BLOCK = 256 * 1024
const [mode, port, inFlight, unit] = process.argv.slice(2) as [string, string, string, string]

const nats = await connect({ port: Number(port) })
const stream = nats.jetstream()

if (mode === 'write') {
  await (await nats.jetstreamManager()).streams.add({ name: STREAM, subjects: [STREAM] })
  console.error('peer connected')
  await publishAll(Number(inFlight))
  console.error('all committed')
} else {
  const consumer = await stream.consumers.get(STREAM) // an ordered one, from the first message on
  const messages = await consumer.consume()
  console.error('peer connected')
  for await (const { data } of messages) process.stdout.write(data)
}

async function publishAll(most: number): Promise<void> {
  const acks: Promise<unknown>[] = []
  for await (const message of unit === 'line' ? lines() : blocks()) {
    acks.push(stream.publish(STREAM, message))
    if (acks.length >= most) await acks.shift() // they come in order
  }
  await Promise.all(acks)
}

async function* lines(): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0)
  for await (const chunk of process.stdin) {
    const bytes = b4a.concat([rest, chunk])
    let start = 0
    for (let end; (end = bytes.indexOf(10, start) + 1) > 0; start = end) {
      yield bytes.subarray(start, end)
    }
    rest = bytes.subarray(start)
  }
  if (rest.length > 0) yield rest
}

async function* blocks(): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    parts.push(chunk)
    size += chunk.length
    while (size >= BLOCK) {
      const bytes = b4a.concat(parts)
      yield bytes.subarray(0, BLOCK)
      parts = [bytes.subarray(BLOCK)]
      size -= BLOCK
    }
  }
  if (size > 0) yield b4a.concat(parts)
}
