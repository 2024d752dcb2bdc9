// What an editor says about files of Drawbridge, asked of the server that editors use. The cases are data:
// `mistakes.json`, `completions.json` and `hovers.json` change one piece of a good text each.
//
// Usage: node check.mjs SERVER FILE…   SERVER is the program of the language server; no file may have a finding.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Server } from './server.mjs';

// Where the cursor stands in a piece.
const CURSOR = '¦';

// Kind of a completion in the protocol.
const CLASS = 7;

const here = fileURLToPath(new URL('.', import.meta.url));
const root = resolve(here, '../..');
const read = (path) => readFileSync(path, 'utf8');
const cases = (name) => JSON.parse(read(resolve(here, name)));

const [program, ...files] = process.argv.slice(2);
const server = new Server(program);
let passed = 0;
let failed = 0;

function judge(name, faults) {
  if (faults.length === 0) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAILED ${name}`);
  for (const fault of faults) console.log(`       ${fault}`);
}

// The good text of a case with its piece replaced, the line where the new piece begins, and the cursor.
function planted({ of = 'workflow.yaml', piece, becomes }) {
  const good = read(resolve(here, of));
  const at = good.indexOf(piece);
  if (at < 0 || at !== good.lastIndexOf(piece)) throw new Error(`\`${piece}\` stands not once in ${of}`);
  const text = good.slice(0, at) + becomes + good.slice(at + piece.length);
  const cursor = becomes.indexOf(CURSOR);
  const before = text.slice(0, at + Math.max(cursor, 0)).split('\n');
  const position = { line: before.length - 1, character: before.at(-1).length };
  return { text: text.replace(CURSOR, ''), line: good.slice(0, at).split('\n').length - 1, position };
}

// Opens a text under a name of its own beside the good one, so that its `$schema` leads to the same file.
let count = 0;
async function open(text, of = 'workflow.yaml') {
  const uri = pathToFileURL(resolve(here, of)).href.replace(/\.yaml$/, `-${++count}.yaml`);
  const found = await server.open(uri, text);
  return { uri, found };
}

const words = ({ range, message }) => `line ${range.start.line + 1}: ${message}`;

async function checkMistake(mistake) {
  const { text, line } = planted(mistake);
  const { uri, found } = await open(text, mistake.of);
  server.close(uri);
  const expected = line + (mistake.down ?? 0);
  const faults = [];
  if (found.length !== 1) faults.push(`${found.length} findings instead of one`);
  if (found.some(({ range }) => range.start.line !== expected)) faults.push(`not on line ${expected + 1}`);
  if (found.some(({ message }) => !message.includes(mistake.says))) faults.push(`does not say \`${mistake.says}\``);
  judge(mistake.name, faults.length === 0 ? [] : [...faults, ...found.map(words)]);
}

const plain = (documentation) => (typeof documentation === 'string' ? documentation : documentation?.value) ?? '';

async function checkCompletion({ name, has = [], lacks = [], says = {}, only, ...at }) {
  const { text, position } = planted(at);
  const { uri } = await open(text, at.of);
  const answer = await server.request('textDocument/completion', { textDocument: { uri }, position });
  server.close(uri);
  // A class is a snippet of all that must be there, named after the form; it is no key and no value.
  const labels = answer.items.filter(({ kind }) => kind !== CLASS).map(({ label }) => label);
  const faults = has.filter((label) => !labels.includes(label)).map((label) => `no \`${label}\``);
  faults.push(...lacks.filter((label) => labels.includes(label)).map((label) => `\`${label}\` does not belong here`));
  if (only && [...labels].sort().join() !== [...only].sort().join()) faults.push(`not exactly ${only.join(', ')}`);
  for (const [label, documentation] of Object.entries(says)) {
    const item = answer.items.find((one) => one.label === label);
    if (!plain(item?.documentation).includes(documentation)) faults.push(`\`${label}\` does not say: ${documentation}`);
  }
  for (const { insertText } of answer.items) {
    if (/^"/.test(insertText)) faults.push(`${insertText} is inserted in quotes`);
  }
  judge(name, faults.length === 0 ? [] : [...faults, `offered: ${labels.join(', ')}`]);
}

async function checkHover({ name, says, ...at }) {
  const { text, position } = planted(at);
  const { uri } = await open(text, at.of);
  const answer = await server.request('textDocument/hover', { textDocument: { uri }, position });
  server.close(uri);
  // Editors show the text as Markdown, so what would be markup comes with a backslash.
  const shown = (answer?.contents.value ?? '').replace(/\\(.)/g, '$1').replace(/&nbsp;/g, ' ');
  const faults = says.filter((piece) => !shown.includes(piece)).map((piece) => `does not say: ${piece}`);
  judge(name, faults.length === 0 ? [] : [...faults, `says: ${shown}`]);
}

async function checkGood(file) {
  const found = await server.open(pathToFileURL(resolve(file)).href, read(file));
  judge(`${file} has no finding`, found.map(words));
}

await server.start(pathToFileURL(root).href);
for (const file of files) await checkGood(file);
for (const one of cases('mistakes.json')) await checkMistake(one);
for (const one of cases('completions.json')) await checkCompletion(one);
for (const one of cases('hovers.json')) await checkHover(one);
await server.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
