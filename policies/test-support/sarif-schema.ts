/**
 * The part of SARIF 2.1.0 that ops/policies/sarif.ts writes, as a schema of our own after the OASIS standard
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/; sections 3.13 sarifLog, 3.14 run, 3.19 toolComponent, 3.27 result, 3.28 location, 3.35 suppression,
 * 3.49 reportingDescriptor). Stricter than the standard: it allows nothing that we do not write.
 */
const object = (properties: Record<string, object>, required: readonly string[]) => ({ type: "object", properties, required, additionalProperties: false });
const list = (items: object) => ({ type: "array", items });
const text = { type: "string", minLength: 1 };
const level = { enum: ["none", "note", "warning", "error"] };
const message = object({ text }, ["text"]);

const rule = object(
  { id: text, shortDescription: message, fullDescription: message, help: message, defaultConfiguration: object({ level }, []), properties: { type: "object" } },
  ["id"],
);
const location = object(
  {
    physicalLocation: object({ artifactLocation: object({ uri: { type: "string", format: "uri-reference" } }, []) }, []),
    logicalLocations: list(object({ name: { type: "string" }, fullyQualifiedName: { type: "string" }, kind: text }, [])),
  },
  [],
);
const suppression = object({ kind: { enum: ["inSource", "external"] }, status: { enum: ["accepted", "underReview", "rejected"] }, justification: text }, ["kind"]);
const result = object(
  {
    ruleId: text,
    ruleIndex: { type: "integer", minimum: 0 },
    kind: { enum: ["notApplicable", "pass", "fail", "review", "open", "informational"] },
    level,
    message,
    locations: list(location),
    suppressions: list(suppression),
  },
  ["message"],
);

export const sarifSchema = object(
  {
    $schema: { type: "string", format: "uri" },
    version: { const: "2.1.0" },
    runs: list(object({ tool: object({ driver: object({ name: text, rules: { ...list(rule), uniqueItems: true } }, ["name"]) }, ["driver"]), results: list(result) }, ["tool"])),
  },
  ["version", "runs"],
);
