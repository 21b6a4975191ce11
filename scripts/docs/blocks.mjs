/**
 * A document with its generated parts made anew. A part stands between `<!-- generated: name -->` and
 * `<!-- end of generated -->`.
 *
 * @param {string} document
 * @param {Record<string, string>} blocks - By name; each must have its place in the document.
 */
export function withBlocks(document, blocks) {
  const missing = new Set(Object.keys(blocks))
  const text = document.replace(
    /(<!-- generated: (.+?) -->\n)[\s\S]*?(<!-- end of generated -->)/g,
    (_whole, begin, name, end) => {
      missing.delete(name)
      if (blocks[name] === undefined) throw new Error(`nothing generates a part named "${name}"`)
      return `${begin}\n${blocks[name]}\n\n${end}`
    },
  )
  if (missing.size > 0) throw new Error(`the document has no place for: ${[...missing].join(', ')}`)
  return text
}
