import type { JsonObject } from "../world/world";
import { withoutNotes } from "./autoname";
import { Unknown, type Values } from "./contract";
import { vendors } from "./models";
import { parsePath } from "./property-path";
import { Schema } from "./schema";
import { carriedOver, outputSecretPaths } from "./secrets";
import { packageOf } from "./urn";
import { requireModel } from "./vendor-side";
import { hasUnknown, withoutNulls, type Properties } from "./wire";

/** The outputs as far as a preview can know them: the inputs, what stays, and unknowns. */
export function previewedOutputs(token: string, configuration: JsonObject, news: Properties, olds: Properties | undefined): Properties {
  const model = requireModel(token);
  const schema = Schema.of(packageOf(token));
  const inputs = withoutNulls(withoutNotes(news.values));
  const resolve = vendors[packageOf(token)]?.resolve;
  const resolved: Values =
    resolve && !hasUnknown(inputs)
      ? resolve(token, inputs as JsonObject, configuration, (property) => schema.isInput(token, property))
      : inputs;
  const values: Values = { ...resolved };
  for (const property of model.writeOnly ?? []) delete values[property];
  const volatile = new Set(model.changesOnUpdate);
  for (const property of new Set([...schema.outputOnly(token), ...schema.alwaysPresent(token)])) {
    if (values[property] !== undefined) continue;
    const before = olds?.values[property];
    const stays = olds !== undefined && !volatile.has(property) && !(schema.isInput(token, property) && before === undefined);
    if (stays && before !== undefined) values[property] = before;
    else if (!stays) values[property] = Unknown.value;
  }
  const id = olds?.values.id;
  if (id !== undefined) values.id = id;
  const before = carriedOver(olds?.secretPaths ?? [], values).filter((path) => !schema.isInput(token, String(parsePath(path)[0])));
  return { values, secretPaths: [...new Set([...outputSecretPaths(token, inputs, news.secretPaths, values), ...before])] };
}
