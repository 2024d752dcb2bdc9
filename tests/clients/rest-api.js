// Talks to the pretend instance with servicenow-rest-api, the client most Node scripts use.

const ServiceNow = require("servicenow-rest-api");

const ready = JSON.parse(process.env.SANDBOX);
const client = new ServiceNow(ready.https.servicenow.replace("https://", ""), process.env.SN_USER, process.env.SN_PASSWORD);
// The client writes every address it asks to standard output.
const say = console.log;
console.log = () => {};

let passed = 0;
let failed = 0;
function check(what, holds, detail) {
  if (holds) {
    passed += 1;
  } else {
    failed += 1;
    console.error(`servicenow-rest-api: ${what}: does not hold`, detail);
  }
}
const ask = (method, ...given) => new Promise((done) => client[method](...given, done));

async function main() {
  const names = { short_description: "node was here", assignment_group: "Network", caller_id: "Abel Tuter", impact: "2 - Medium" };
  const made = await ask("createNewTask", names, "incident");
  check("create by names", made.assignment_group.display_value === "Network" && made.impact === "2 - Medium", made);
  const held = await ask("UpdateTask", "incident", made.number, { state: "On Hold", hold_reason: "Awaiting Vendor" });
  check("update by labels", held.state === "On Hold" && held.hold_reason === "Awaiting Vendor", held);
  const rows = await ask("getTableData", ["number", "caller_id"], [`number=${made.number}`], "incident");
  check("read", rows.length === 1 && rows[0].caller_id.display_value === "Abel Tuter", rows);
  const sample = await ask("getSampleData", "change_request");
  check("one row of another table", sample.length === 1, sample);
}

main()
  .catch((error) => check("no error", false, error))
  .finally(() => {
    say(`servicenow-rest-api: ${passed} passed, ${failed} failed`);
    process.exit(failed ? 1 : 0);
  });
