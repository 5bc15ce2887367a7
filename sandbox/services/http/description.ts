/** A vendor's own description of its API: which requests it takes, and what its answers look like. */
import { readFileSync } from "node:fs";
import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

export const methods = ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD"] as const;
export type Method = (typeof methods)[number];

interface Parameter {
  in: "path" | "query" | "header";
  name: string;
  required?: boolean;
}
interface DescribedOperation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: { [contentType: string]: unknown } };
  responses: { [status: string]: { content?: { [contentType: string]: unknown } } };
}
interface Document {
  paths: { [template: string]: { [method: string]: DescribedOperation } };
}

/** One method of one path. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** As described: `/v1/projects/{ref}/billing/addons`. */
  readonly template: string;
}

/** A request whose path is described. */
export interface Match {
  readonly template: string;
  /** By the path's placeholders, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined when the path exists without this method. */
  readonly operation: Operation | undefined;
  readonly allowed: readonly Method[];
}

/** What a request brings, as far as the description speaks of it. */
export interface RequestParts {
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Media type without its parameters; undefined when there is no body. */
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** A checked request: query values have their described types. */
export interface CheckedRequest {
  readonly query: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

/**
 * The description, compiled on demand: Supabase's 170 schemas cost a second when compiled all at once.
 *
 * Objects with listed members take no others here, in both directions. The vendor ignores an unknown member of a request in silence; the
 * sandbox refuses it so that a typo is caught in the rehearsal. In an answer it would be a member that the vendor never promised.
 */
export class ApiDescription {
  private readonly document: Document;
  private readonly ajv: Ajv;
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly templates: Array<{ template: string; pattern: RegExp; names: string[] }>;

  /**
   * @param vendor for messages
   * @param file OpenAPI 3.0, JSON
   */
  constructor(
    private readonly vendor: string,
    file: string,
  ) {
    this.document = closed(JSON.parse(readFileSync(file, "utf8")) as Document) as Document;
    // `coerceTypes` is off: bodies are JSON and have types of their own. Query values are converted in `checkRequest`.
    this.ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
    this.ajv.addSchema(this.document as object, "api");
    // Fixed segments win over placeholders: /v1/projects/available-regions is not the project "available-regions".
    this.templates = Object.keys(this.document.paths)
      .sort((a, b) => placeholders(a).length - placeholders(b).length)
      .map((template) => ({ template, pattern: patternOf(template), names: placeholders(template) }));
  }

  /** Every method of every path. */
  operations(): Operation[] {
    return Object.keys(this.document.paths).flatMap((template) => this.operationsOf(template));
  }

  /** Undefined when no described path has this form. @throws URIError for a path that is not well encoded */
  match(method: string, pathname: string): Match | undefined {
    for (const { template, pattern, names } of this.templates) {
      const found = pattern.exec(pathname);
      if (!found) continue;
      const parameters = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]));
      const operations = this.operationsOf(template);
      return {
        template,
        parameters,
        operation: operations.find((operation) => operation.method === method),
        allowed: operations.map((operation) => operation.method),
      };
    }
    return undefined;
  }

  /** Compares a request with the description; `problems` is empty when it conforms. */
  checkRequest(operation: Operation, parts: RequestParts): CheckedRequest {
    const problems: string[] = [];
    const query: Record<string, unknown> = {};
    const described = this.describe(operation);
    (described.parameters ?? []).forEach((parameter, index) => {
      if (parameter.in === "header") return;
      const given = parameter.in === "path" ? parts.parameters[parameter.name] : (parts.query.get(parameter.name) ?? undefined);
      if (given === undefined) {
        if (parameter.required === true) problems.push(`${parameter.in} parameter ${parameter.name} is missing`);
        return;
      }
      const value = parameter.in === "query" ? fromText(given) : given;
      if (parameter.in === "query") query[parameter.name] = value;
      const where = pointer(operation, "parameters", String(index), "schema");
      // The text itself conforms where a string is described: `?search=5`.
      if (this.errors(where, value).length > 0 && this.errors(where, given).length > 0) {
        problems.push(...this.errors(where, given).map((error) => `${parameter.in} parameter ${parameter.name} ${error}`));
      }
    });
    const known = (described.parameters ?? []).filter((parameter) => parameter.in === "query").map((parameter) => parameter.name);
    for (const name of new Set(parts.query.keys())) if (!known.includes(name)) problems.push(`query parameter ${name} is unknown`);
    problems.push(...this.bodyProblems(operation, described, parts));
    return { query, problems };
  }

  /** Media types that the request's body may have; none when the operation takes no body. */
  bodyTypes(operation: Operation): string[] {
    return Object.keys(this.describe(operation).requestBody?.content ?? {});
  }

  /** What departs from the description in an answer that is not an error. */
  checkAnswer(operation: Operation, status: number, body: unknown): string[] {
    const described = this.describe(operation).responses[String(status)];
    if (!described) return [`status ${status} is not described`];
    if (!described.content) return body === undefined ? [] : ["a body is not described"];
    if (!("application/json" in described.content)) return ["application/json is not described"];
    return this.errors(pointer(operation, "responses", String(status), "content", "application/json", "schema"), body);
  }

  private bodyProblems(operation: Operation, described: DescribedOperation, parts: RequestParts): string[] {
    if (!described.requestBody) return parts.body === undefined ? [] : ["a body is not taken"];
    if (parts.body === undefined) return described.requestBody.required === true ? ["the body is missing"] : [];
    return this.errors(pointer(operation, "requestBody", "content", parts.contentType ?? "", "schema"), parts.body);
  }

  private operationsOf(template: string): Operation[] {
    return Object.entries(this.document.paths[template] ?? {}).map(([method, { operationId }]) => ({
      id: operationId,
      method: method.toUpperCase() as Method,
      template,
    }));
  }

  private describe({ method, template }: Operation): DescribedOperation {
    const described = this.document.paths[template]?.[method.toLowerCase()];
    if (!described) throw new Error(`CHI-S040 the ${this.vendor} API description has no ${method} ${template}: correct the sandbox's operations`);
    return described;
  }

  private errors(where: string, value: unknown): string[] {
    let validate = this.compiled.get(where);
    if (!validate) {
      validate = this.ajv.compile({ $ref: `api#${where}` });
      this.compiled.set(where, validate);
    }
    return validate(value) ? [] : (validate.errors ?? []).map(inWords);
  }
}

/** A JSON pointer from the description's root, in the form of a URI fragment. */
function pointer({ method, template }: Operation, ...rest: string[]): string {
  const segments = ["paths", template, method.toLowerCase(), ...rest];
  return segments.map((segment) => `/${encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");
}

function placeholders(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "([^/]+)")}$`);
}

/** A query value as JSON would have it: `true`, `12`; otherwise the text. */
function fromText(text: string): unknown {
  return /^(true|false|-?\d+(\.\d+)?)$/.test(text) ? (JSON.parse(text) as unknown) : text;
}

/** The description with `additionalProperties: false` on every object that lists its members and says nothing about others. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== "object" || node === null) return node;
  const copy = bounded(Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)])));
  const isObjectSchema = copy.type === "object" && typeof copy.properties === "object" && !("additionalProperties" in copy);
  return isObjectSchema ? { ...copy, additionalProperties: false } : copy;
}

/** OpenAPI 3.0 says of a bound that it is excluded, where JSON schema since 2016 has a bound of its own for that. */
function bounded(schema: Record<string, unknown>): Record<string, unknown> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  const bounds = {
    ...(exclusiveMinimum === true ? { exclusiveMinimum: minimum } : { minimum }),
    ...(exclusiveMaximum === true ? { exclusiveMaximum: maximum } : { maximum }),
  };
  return { ...rest, ...Object.fromEntries(Object.entries(bounds).filter(([, bound]) => bound !== undefined)) };
}

function inWords({ instancePath, message, params }: ErrorObject): string {
  const unknown = (params as { additionalProperty?: string }).additionalProperty;
  if (unknown !== undefined) return `${instancePath}/${unknown} is unknown`;
  const allowed = (params as { allowedValues?: unknown[] }).allowedValues;
  return `${instancePath || "/"} ${message ?? "is wrong"}${allowed ? ` (${allowed.join(", ")})` : ""}`;
}
