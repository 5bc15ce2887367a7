import { readFileSync } from "node:fs";
import * as path from "node:path";
import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

interface BodySchema {
  properties?: { [name: string]: { enum?: string[]; minLength?: number; maxLength?: number; pattern?: string } };
}

let loaded: { [name: string]: BodySchema } | undefined;

/** The request bodies as the vendor's own API description has them (sandbox/apis/supabase-management.openapi.json). */
function schemas(): { [name: string]: BodySchema } {
  loaded ??= (
    JSON.parse(readFileSync(path.join(__dirname, "../../apis/supabase-management.openapi.json"), "utf8")) as {
      components: { schemas: { [name: string]: BodySchema } };
    }
  ).components.schemas;
  return loaded;
}

function property(schema: string, name: string): NonNullable<BodySchema["properties"]>[string] {
  const found = schemas()[schema]?.properties?.[name];
  if (!found)
    throw new Error(`CHI-S022 the Supabase API description has no ${schema}.${name}: correct sandbox/providers/models/supabase.ts`);
  return found;
}

/** The values that a property of a request body may have. */
export function enumOf(schema: string, name: string): string[] {
  return property(schema, name).enum ?? [];
}

/** The length and pattern limits of a property. */
export function limitsOf(schema: string, name: string): { minLength?: number; maxLength?: number; pattern?: string } {
  return property(schema, name);
}

const validators = new Map<string, ValidateFunction>();

/** What is wrong with a request body; an unknown member counts as wrong everywhere, since the vendor would ignore it silently. */
export function checkBody(schema: string, body: unknown): string[] {
  let validate = validators.get(schema);
  if (!validate) {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(ajv);
    validate = ajv.compile({ ...schemas()[schema], additionalProperties: false });
    validators.set(schema, validate);
  }
  return validate(body) ? [] : (validate.errors ?? []).map(inWords);
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  const unknown = (params as { additionalProperty?: string }).additionalProperty;
  return unknown === undefined ? `${instancePath || "/"} ${message ?? "is wrong"}` : `${instancePath}/${unknown} is unknown`;
}
