import { resourcePolicy } from "../framework/policy";
import { text } from "../least-privilege/reading/properties";

const settings = "supabase:index/settings:Settings";
const encrypted = ["require", "verify-ca", "verify-full"];

export const databaseTls = resourcePolicy({
  id: "database-tls",
  title: "The database is spoken to over TLS only",
  severity: "critical",
  section: "2.5",
  why: "without it the password and every row cross the Internet as they are",
  remediation: "set sslEnforcement: true (components/database.ts), and sslmode=require in the connection string",
  types: [settings, "gcp:secretmanager/secretVersion:SecretVersion"],
  check: ({ type, props }, report) => {
    if (type === settings) {
      const found = props["sslEnforcement"];
      if (found !== true) report(`sslEnforcement is ${found === undefined ? "nothing" : String(found)}; allowed: true`);
      return;
    }
    const value = text(props["secretData"]) ?? "";
    if (!/^postgres(?:ql)?:\/\//.test(value)) return;
    // Of the value, which has the password in it, only this one parameter is looked at, and not shown.
    const modes = [...value.matchAll(/[?&]sslmode=([a-z-]*)/g)].map(([, mode]) => mode ?? "");
    if (modes.length !== 1 || !encrypted.includes(modes[0] ?? "")) {
      report(
        `secretData is a connection string with ${modes.length === 0 ? "no sslmode" : "an sslmode that allows plain text, or several"}; allowed: sslmode=${encrypted.join(", ")}`,
      );
    }
  },
});
