// Writes the list that PasswordRules looks passwords up in: the first 8 bytes of the SHA-256 of each entry, sorted, so that the
// service finds one by binary search in a block of memory. Entries are written as CommonPasswords.Normalize writes them.
// Runs in the build folder, on Node 18 or later.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

const [own, target] = process.argv.slice(2)
const list = (name) => JSON.parse(readFileSync(`node_modules/@zxcvbn-ts/${name}.json`, 'utf8'))

const normalize = (text) => text.toLowerCase().normalize('NFD').replace(/\p{Mn}/gu, '')

const entries = new Set()
for (const file of ['language-common/src/passwords', 'language-es-es/src/commonWords', 'language-es-es/src/wikipedia', 'language-es-es/src/firstnames', 'language-es-es/src/lastnames']) {
  const texts = list(file)
  if (!Array.isArray(texts) || texts.length < 500) {
    throw new Error(`${file} changed: it is no longer a list of texts`)
  }
  for (const text of texts) {
    entries.add(normalize(text))
  }
}

for (const line of readFileSync(own, 'utf8').split('\n')) {
  if (line.trim() !== '' && !line.startsWith('#')) {
    entries.add(normalize(line.trim()))
  }
}

const hashes = [...entries].filter((text) => text.length >= 4)
  .map((text) => createHash('sha256').update(text, 'utf8').digest().readBigUInt64BE(0))
const sorted = BigUint64Array.from(hashes).sort()
const bytes = Buffer.alloc(sorted.length * 8)
sorted.forEach((hash, index) => bytes.writeBigUInt64LE(hash, index * 8))
writeFileSync(target, bytes)
