import { policyCases } from "../least-privilege/testing/mutations";
import { judge } from "../test-support/judge";
import { databaseTls } from "./database-tls";

const type = "gcp:secretmanager/secretVersion:SecretVersion";
const address = "postgresql://postgres:canary@db.x.supabase.co:5432/postgres";
const url = { type, name: "url", inputs: { secretData: `${address}?sslmode=require` } };

policyCases(databaseTls, {
  compliant: [
    { type: "supabase:index/settings:Settings", name: "settings", inputs: { sslEnforcement: true } },
    url,
    { type, name: "other", inputs: { secretData: "canary" } },
  ],
  refused: [
    ["settings", "sslEnforcement", false, "sslEnforcement is false; allowed: true"],
    ["settings", "sslEnforcement", undefined, "sslEnforcement is nothing"],
    ["url", "secretData", address, "secretData is a connection string with no sslmode"],
    ["url", "secretData", `${address}?sslmode=prefer`, "an sslmode that allows plain text"],
    ["url", "secretData", `${address}?sslmode=require&sslmode=disable`, "or several"],
  ],
  allowed: [["url", "secretData", `${address}?sslmode=verify-full`]],
  undecided: [
    ["settings", "sslEnforcement"],
    ["url", "secretData"],
  ],
});

test("the message has nothing of the connection string", async () => {
  const { violations } = await judge(databaseTls, [{ ...url, inputs: { secretData: address } }]);
  expect(violations.join()).not.toContain("canary");
});
