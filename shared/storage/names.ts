/** The most characters of a name: fewer than a key has. */
const LONGEST = 40

/** What a name is, for a sentence about one that is none. */
export const NAME_RULE = `1 to ${LONGEST} characters of a-z, 0-9, ".", "_" and "-", with a letter or digit at both ends`

/**
 * Whether `text` can name a log. A name is a part of a folder's name on any disk, those that take upper and
 * lower case for the same included, and cannot be mistaken for a key, a flag or a path.
 */
export function isName(text: string): boolean {
  return text.length <= LONGEST && /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(text)
}
