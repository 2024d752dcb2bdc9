cd "$(dirname "$0")"
cp /tmp/probe.json probe.json
sed -e 's/const expected = line/console.log(`-- ${mistake.name}: want line ${line + (mistake.down ?? 0) + 1}`); for (const f of found) console.log("     " + words(f)); return; &/' -e "s/cases('mistakes.json')/cases(process.env.CASES ?? 'probe.json')/" -e "/cases('completions/d;/cases('hovers/d" check.mjs > probe.mjs
node probe.mjs /tmp/yls/node_modules/yaml-language-server/bin/yaml-language-server "$@" 2>&1
rm -f probe.mjs probe.json
