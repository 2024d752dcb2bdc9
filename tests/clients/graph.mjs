// Talks to the pretend tenant with Microsoft's clients for JavaScript: @azure/identity and @azure/msal-node for tokens,
// @microsoft/microsoft-graph-client for the rest.
import { createRequire } from "node:module";

// The clients are where they were installed, not beside this file.
const require = createRequire(`${process.argv[2]}/package.json`);
const { ClientCertificateCredential, ClientSecretCredential } = require("@azure/identity");
const { ConfidentialClientApplication } = require("@azure/msal-node");
const graphClient = require("@microsoft/microsoft-graph-client");
const { BatchRequestContent, BatchResponseContent, Client, PageIterator } = graphClient;

const ready = JSON.parse(process.env.SANDBOX);
const tenant = ready.azure_ad.tenant_id;
const host = ready.https.azure_ad;
const app = process.env.EVERYTHING_APP;
const secret = "sandbox-everything-secret";
const scope = "https://graph.microsoft.com/.default";
const options = { authorityHost: host, disableInstanceDiscovery: true };

const count = { passed: 0, failed: 0 };
async function part(what, talk) {
    try {
        if (await talk()) {
            count.passed += 1;
            return;
        }
        console.error(`microsoft-graph-client: ${what}: does not hold`);
    } catch (error) {
        console.error(`microsoft-graph-client: ${what}: ${error.statusCode ?? ""} ${error.message}`);
    }
    count.failed += 1;
}

const credential = new ClientSecretCredential(tenant, app, secret, options);
const client = Client.init({
    authProvider: async (done) => done(null, (await credential.getToken(scope)).token),
    baseUrl: `${host}/`,
    customHosts: new Set([new URL(host).hostname]),
});

await part("a token for a certificate", async () => {
    const file = { certificatePath: process.env.CERTIFICATE_FILE };
    const holder = new ClientCertificateCredential(tenant, process.env.CERTIFICATE_APP, file, options);
    return (await holder.getToken(scope)).token;
});
await part("msal keeps its token", async () => {
    const authority = { authority: `${host}/${tenant}`, knownAuthorities: [new URL(host).host] };
    const msal = new ConfidentialClientApplication({ auth: { clientId: app, clientSecret: secret, ...authority } });
    const [first, second] = [await msal.acquireTokenByClientCredential({ scopes: [scope] }),
        await msal.acquireTokenByClientCredential({ scopes: [scope] })];
    return !first.fromCache && second.fromCache && first.accessToken === second.accessToken;
});
await part("every user once", async () => {
    const seen = new Set();
    const page = await client.api("/users").select("id").top(9).get();
    await new PageIterator(client, page, (user) => Boolean(seen.add(user.id))).iterate();
    const number = await client.api("/users/$count").header("ConsistencyLevel", "eventual").get();
    return seen.size === Number(number);
});
await part("a delta link at the end", async () => {
    const round = new PageIterator(client, await client.api("/users/delta").select("id").get(), () => true);
    await round.iterate();
    return round.getDeltaLink();
});
await part("members of one type", async () => {
    const [group] = (await client.api("/groups").filter("displayName eq 'Engineering Oslo'").get()).value;
    const members = client.api(`/groups/${group.id}/members/microsoft.graph.user`);
    const page = await members.header("ConsistencyLevel", "eventual").count(true).search('"displayName:ann"').get();
    return page["@odata.count"] === 1;
});
await part("a batch in order", async () => {
    const url = "https://graph.microsoft.com/v1.0/users/a.berg@contoso.test";
    const headers = { "Content-Type": "application/json" };
    const change = new Request(url, { method: "PATCH", headers, body: JSON.stringify({ jobTitle: "Pilot" }) });
    const steps = [{ id: "1", request: change },
        { id: "2", request: new Request(`${url}?$select=jobTitle`), dependsOn: ["1"] }];
    const content = await new BatchRequestContent(steps).getContent();
    const answer = new BatchResponseContent(await client.api("/$batch").post(content));
    return (await answer.getResponseById("2").json()).jobTitle === "Pilot";
});
await part("the code of a refusal", async () => {
    const error = await client.api("/users/nobody").get().catch((error) => error);
    return error.statusCode === 404 && error.code === "Request_ResourceNotFound" && error.requestId;
});
console.log(`microsoft-graph-client: ${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed ? 1 : 0);
