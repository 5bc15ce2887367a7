import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unknownOnTheWire } from "../../components/recording/wire";
import { repositoryRoot } from "../../sandbox/control/paths";

type Schema = { functions?: Record<string, { outputs?: { properties?: Record<string, unknown> } }> };
const schemas = new Map<string, Schema>();

/**
 * The answer of a provider function when nobody is asked: each of its results, all unknown. What the program makes of them is then unknown
 * too, as it is for what a resource computes.
 *
 * @throws CHI-G001 for a function that is in no schema
 */
export function unknownAnswer(token: string): Record<string, string> {
  const properties = schemaOf(token).functions?.[token]?.outputs?.properties;
  if (properties === undefined) {
    throw new Error(
      `CHI-G001 the program calls the provider function ${token}, which is in none of sandbox/schemas: correct the call, or add the function to the provider's schema there`,
    );
  }
  return Object.fromEntries(Object.keys(properties).map((name) => [name, unknownOnTheWire]));
}

function schemaOf(token: string): Schema {
  const name = token.slice(0, token.indexOf(":"));
  let schema = schemas.get(name);
  if (schema === undefined) {
    schema = readSchema(name);
    schemas.set(name, schema);
  }
  return schema;
}

function readSchema(name: string): Schema {
  try {
    return JSON.parse(readFileSync(join(repositoryRoot, "sandbox", "schemas", `${name}.json`), "utf8")) as Schema;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
