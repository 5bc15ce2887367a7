import { independently, type PolicyResource, resourcePolicy } from "../framework/policy";
import { shown, text } from "../least-privilege/reading/properties";
import { isSecretName } from "../least-privilege/reading/secret-names";
import { eachVariable, nameOf, variableTypes } from "../least-privilege/reading/vercel-variables";
import { leastSecretCharacters, vendorsSecrets } from "./reading/document";
import { eachSecretBinding, worker } from "./reading/bindings";
import { versionType } from "./reading/stack-secrets";

const bytes = "random:index/randomBytes:RandomBytes";
const password = "random:index/randomPassword:RandomPassword";
const database = "supabase:index/project:Project";
/** Bits that a secret of letters alone still has at 32 characters (32 × log2 26); digits alone (106) do not reach it. */
const leastBits = 128;

export const strongSecrets = resourcePolicy({
  id: "strong-secrets",
  title: "A generated secret has 32 characters or more, from a wide alphabet",
  severity: "critical",
  section: "2.5",
  why: "a shorter one can be guessed by a machine that tries",
  remediation: "set length: 32 or more in config/environment-variables.ts",
  configuration: {
    minimumLength: { type: "number", description: "Characters or bytes that are asked for; fewer than 32 are not taken", default: leastSecretCharacters },
  },
  types: [bytes, password, database, versionType, worker, ...variableTypes],
  check: (resource, report, { configuration }) => {
    const { type, props } = resource;
    const least = Math.max(leastSecretCharacters, Number(configuration["minimumLength"] ?? leastSecretCharacters));
    // Counted, never shown. That it is a generated one is for `secrets-made-here`: here what became of it on the way is measured.
    const measure = (what: string, value: unknown): void => {
      const { length } = text(value) ?? "";
      if (length < least) report(`${what} has ${length} characters; allowed: ${least} or more`);
    };
    if (type === database) return measure("databasePassword", props["databasePassword"]);
    if (type === versionType) {
      if (!vendorsSecrets.test(keptName(resource))) measure("secretData", props["secretData"]);
      return;
    }
    if (type === worker) {
      return eachSecretBinding(resource, ({ name, value }) => measure(name, value()));
    }
    if (variableTypes.includes(type)) {
      return eachVariable(resource, (variable) => {
        const name = nameOf(variable);
        if (!vendorsSecrets.test(name) && (isSecretName(name) || variable["sensitive"] === true)) measure(name, variable["value"]);
      });
    }
    independently(
      () => {
        const length = Number(props["length"]);
        if (!(length >= least)) report(`length is ${shown(props["length"])}; allowed: ${least} or more`);
      },
      () => {
        if (type !== password) return;
        const length = Number(props["length"]);
        const symbols = alphabet(props);
        const bits = Math.floor(length * Math.log2(Math.max(1, symbols)));
        if (length >= least && bits < leastBits)
          report(`the secret has ${symbols} possible characters, so ${bits} bits; allowed: ${leastBits} bits or more`);
      },
    );
  },
});

/** `secrets-jwt-secret-v1` → `SECRETS_JWT_SECRET`. The id of the secret is not known before it exists, and a resource is judged alone. */
function keptName({ name }: Pick<PolicyResource, "name">): string {
  return name.replace(/-v\d+$/, "").toUpperCase().replaceAll("-", "_");
}

/** How many characters there are to choose from; each kind is used unless it is switched off (provider's documentation of `random_password`). */
function alphabet(props: Readonly<Record<string, unknown>>): number {
  const uses = (property: string): boolean => props[property] !== false;
  const special = props["overrideSpecial"];
  return (
    (uses("lower") ? 26 : 0) +
    (uses("upper") ? 26 : 0) +
    (uses("numeric") && uses("number") ? 10 : 0) +
    (uses("special") ? (typeof special === "string" && special !== "" ? new Set(special).size : 20) : 0)
  );
}
