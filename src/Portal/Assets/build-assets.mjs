// Writes the style sheets that the portal embeds: govuk-frontend's precompiled CSS without the parts that are not ours to
// use (its typeface, its crest), followed by the portal's own. Runs in the build folder, on Node 18 or later.
import { readFileSync, writeFileSync } from 'node:fs'

const [own, target] = process.argv.slice(2)

const systemFonts = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif'

const govuk = readFileSync('node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css', 'utf8')
  .replace(/@font-face\{[^}]*\}/g, '')
  .replaceAll('GDS Transport,arial,sans-serif', systemFonts)
  .replace(/\.govuk-footer__copyright-logo[^{]*\{[^}]*\}/g, '')
  .replace(/\/\*# sourceMappingURL=.*?\*\//, '')

for (const left of ['GDS Transport', 'url(/assets/', 'govuk-crest']) {
  if (govuk.includes(left)) {
    throw new Error(`govuk-frontend changed: "${left}" is still in the style sheet`)
  }
}

const minified = readFileSync(own, 'utf8')
  .replace(/\/\*[^]*?\*\//g, '')
  .replace(/\s+/g, ' ')
  .replace(/ ?([{};,]) ?/g, '$1')

writeFileSync(target, `${govuk.trim()}\n${minified.trim()}\n`)
