import test, { type Test } from 'brittle'
import { cut, loadColumns, width, wrap } from '../shared/terminal/columns.js'
import { LineEditor } from '../shared/terminal/line-editor.js'

const FAMILY = '👩‍👩‍👧'
const ACCENT = 'e\u0301'
const FLAG = '🇩🇪'
const [LEFT, RIGHT, BACKSPACE, CTRL_D] = ['\x02', '\x06', '\x7f', '\x04']

await loadColumns()

test('columns: East Asian characters and emoji take two, accents none', (t) => {
  for (const [text, columns] of [
    ['', 0],
    ['abc', 3],
    ['漢字', 4],
    ['한국어', 6],
    ['ｱ', 1],
    [ACCENT, 1],
    [FAMILY, 2],
    [FLAG, 2],
    ['👍🏽', 2],
    ['✈️', 2]
  ] as const) {
    t.is(width(text), columns, text)
  }
})

test('a row ends before what does not fit in it', (t) => {
  t.alike(wrap('', 4), [''])
  t.alike(wrap('abcd', 4), ['abcd'])
  t.alike(wrap('abc漢', 4), ['abc', '漢'])
  t.alike(wrap(`漢${FAMILY}${FLAG}x`, 4), [`漢${FAMILY}`, `${FLAG}x`])
  t.alike(wrap(`ab${ACCENT}c`, 3), [`ab${ACCENT}`, 'c'])
  t.alike(wrap('漢字', 1), ['漢', '字'])
  t.is(cut('a漢字', 4), 'a漢')
  t.is(cut('a漢字', 5), 'a漢字')
})

test('keys go over and delete whole graphemes', (t) => {
  for (const grapheme of [FAMILY, ACCENT, FLAG, '👍🏽', '漢', '각']) {
    edits(t, [`a${grapheme}`, BACKSPACE], 'a|')
    edits(t, [`a${grapheme}b`, LEFT, LEFT], `a|${grapheme}b`)
    edits(t, [`a${grapheme}b`, LEFT, LEFT, CTRL_D], 'a|b')
    edits(t, [`a${grapheme}b`, '\x01', RIGHT, RIGHT], `a${grapheme}|b`)
  }
})

test('keys at the ends of the line do nothing', (t) => {
  edits(t, [LEFT, RIGHT, BACKSPACE, CTRL_D, '\x0b', '\x15', '\x17', '\x10', '\x0e'], '|')
  edits(t, ['ab', RIGHT, CTRL_D, '\x0b'], 'ab|')
  edits(t, ['ab', '\x01', LEFT, BACKSPACE, '\x15', '\x17'], '|ab')
  edits(t, ['ab', '\x1b[15~', '\x1bx', '\x00'], 'ab|')
})

test('lines before are recalled, and what was being typed after them', (t) => {
  const editor = new LineEditor()
  for (const line of ['one', 'two', 'two', ' ']) {
    editor.insert(line)
    t.is(editor.enter(), line)
  }
  const recalled = (key: string): string => {
    editor.press(key)
    return editor.text
  }
  editor.insert('thr')
  t.is(recalled('\x10'), 'two', 'neither twice nor a blank one')
  t.is(recalled('\x10'), 'one')
  t.is(recalled('\x10'), 'one')
  t.is(recalled('\x0e'), 'two')
  t.is(recalled('\x0e'), 'thr')
  t.is(recalled('\x0e'), 'thr')
})

// Text is typed, and each key pressed; `result` has the cursor as `|`.
function edits(t: Test, keys: string[], result: string): void {
  const editor = new LineEditor()
  for (const key of keys) {
    // eslint-disable-next-line no-control-regex
    if (/^[\x00-\x1f\x7f]/.test(key)) editor.press(key)
    else editor.insert(key)
  }
  const { text, cursor } = editor
  t.is(`${text.slice(0, cursor)}|${text.slice(cursor)}`, result)
}
