// Prints 100-byte lines, as many as the command line says, each in a write of its own.
import fs from 'bare-fs'
import { line } from './input.js'

const count = Number(Bare.argv[2])
for (let i = 0; i < count; i++) fs.writeSync(1, line(i))
