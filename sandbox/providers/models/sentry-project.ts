/** Teams, projects and their keys at Sentry. */
import type { JsonObject } from "../../world/world";
import { derivedDigits } from "./existing-things";
import { randomDigits, randomHex } from "./ids";
import { defaults, kept, text, VendorRefusal, type Reference, type ResourceModel, type Situation, type VisibleWorld } from "./model";

export const teamType = "sentry:index/sentryTeam:SentryTeam";
export const projectType = "sentry:index/sentryProject:SentryProject";

/** In the form of the provider's client: the status, and what the API says of which field. */
export function sentryRefusal(status: 400 | 404 | 409, field: string, message: string): VendorRefusal {
  const words: Record<typeof status, string> = { 400: "Bad Request", 404: "Not Found", 409: "Conflict" };
  return new VendorRefusal(`sentry: ${status} ${words[status]} map[${field}:[${message}]]`);
}

/** Organizations exist beforehand: every well-formed slug is one. */
function requireOrganization(inputs: JsonObject): void {
  const organization = text(inputs, "organization");
  if (!/^[a-z0-9][a-z0-9-]{0,48}[a-z0-9]$/.test(organization)) throw sentryRefusal(404, "detail", `The requested resource does not exist: organization "${organization}"`);
}

/** What the plugin would try in place and the API would not find: nothing moves between organizations, and nothing of a project to another. */
export function staysInItsOrganization({ inputs, previous }: Situation, ...places: string[]): void {
  requireOrganization(inputs);
  for (const place of ["organization", ...places]) {
    if (previous && previous.outputs[place] !== inputs[place]) {
      throw sentryRefusal(404, "detail", `The requested resource does not exist: it is of the ${place} "${String(previous.outputs[place])}", not "${String(inputs[place])}"`);
    }
  }
}

/** A slug made of a name, as Sentry makes it. */
function slugOf(properties: JsonObject): string {
  const { slug } = properties;
  if (typeof slug === "string" && slug !== "") return slug;
  return text(properties, "name").toLowerCase().replace(/[^a-z0-9_-]+/g, "-").replace(/^[-_]+|[-_]+$/g, "");
}

/**
 * Limits of Sentry's API: a team's name and slug have 64 and 50 characters, a project's 50 and 100 (getsentry/sentry, the serializers of the two
 * endpoints and DEFAULT_SLUG_MAX_LENGTH; a project's slug had 50 until 2024); a slug is not all digits.
 */
const limits = { team: { name: 64, slug: 50 }, project: { name: 50, slug: 100 } };

function validateNames(inputs: JsonObject, kind: keyof typeof limits): void {
  const [name, slug, limit] = [text(inputs, "name"), slugOf(inputs), limits[kind]];
  if (name.length > limit.name) throw sentryRefusal(400, "name", `Ensure this field has no more than ${limit.name} characters, got ${name.length}.`);
  if (slug.length > limit.slug) throw sentryRefusal(400, "slug", `Ensure this field has no more than ${limit.slug} characters, got ${slug.length}.`);
  if (!/^(?!\d+$)[a-z0-9_-]+$/.test(slug)) {
    throw sentryRefusal(400, "slug", `Enter a valid slug consisting of lowercase letters, numbers, underscores or hyphens. It cannot be entirely numeric. Got "${slug}".`);
  }
}

const inOrganization = (properties: JsonObject): string => `${text(properties, "organization")}/${slugOf(properties)}`;
const taken = (kind: "team" | "project") => (): string => sentryRefusal(409, "detail", `A ${kind} with this slug already exists.`).message;
const newNumber = (situation: Situation, property: string): string => kept(situation, property, () => randomDigits(15)) as string;

/** Whether a team of the organization has this number. */
export function hasTeamNumber(world: VisibleWorld, organization: string, number: string): boolean {
  return world.list(teamType).some(({ outputs }) => outputs.organization === organization && outputs.internalId === number);
}

export const toProject: Reference = {
  property: "project",
  type: projectType,
  identity: (value, inputs) => `${text(inputs, "organization")}/${value}`,
  missing: (value) => `project not found "${value}": ${sentryRefusal(404, "detail", "The requested resource does not exist").message}`,
  onDelete: "cascade",
};

const toTeam = (property: string): Reference => ({
  property,
  type: teamType,
  identity: (value, inputs) => `${text(inputs, "organization")}/${value}`,
  missing: (value) => sentryRefusal(404, "detail", `The requested resource does not exist: team "${value}"`).message,
  // The project stays, without a team.
  onDelete: "dangle",
});

const team: ResourceModel = {
  identity: inOrganization,
  duplicate: taken("team"),
  validate: (situation) => {
    staysInItsOrganization(situation);
    validateNames(situation.inputs, "team");
  },
  id: (_situation, outputs) => text(outputs, "slug"),
  scope: (outputs) => text(outputs, "organization"),
  computed: (situation) => {
    const internalId = newNumber(situation, "internalId");
    return { slug: slugOf(situation.inputs), internalId, teamId: internalId, hasAccess: true, isMember: false, isPending: false };
  },
  importIds: (outputs) => [inOrganization(outputs)],
};

const project: ResourceModel = {
  identity: inOrganization,
  duplicate: taken("project"),
  references: [toTeam("team"), toTeam("teams[]")],
  validate: (situation) => {
    const { inputs } = situation;
    staysInItsOrganization(situation);
    validateNames(inputs, "project");
    const teams = Array.isArray(inputs.teams) ? inputs.teams : [];
    // The plugin's own words.
    if (inputs.team === undefined && teams.length === 0) throw new VendorRefusal("one of team or teams must be configured");
  },
  id: (_situation, outputs) => text(outputs, "slug"),
  scope: (outputs) => text(outputs, "organization"),
  computed: (situation) => {
    const internalId = newNumber(situation, "internalId");
    return {
      ...defaults(situation.inputs, { platform: "", digestsMinDelay: 300, digestsMaxDelay: 1800, resolveAge: 0 }),
      slug: slugOf(situation.inputs),
      internalId,
      projectId: internalId,
      color: kept(situation, "color", () => `#${randomHex(6)}`),
      features: ["alert-filters", "custom-inbound-filters", "data-forwarding", "discard-groups", "minidump", "rate-limits", "servicehooks"],
      isBookmarked: false,
      isPublic: false,
      status: "active",
    };
  },
  importIds: (outputs) => [inOrganization(outputs)],
};

/** The longest window of a key's limit: a day, in seconds (getsentry/sentry, the serializer of a key's rate limit). */
const longestWindow = 86_400;

const key: ResourceModel = {
  references: [toProject],
  validate: (situation) => {
    const { inputs } = situation;
    staysInItsOrganization(situation, "project");
    const name = text(inputs, "name");
    if (name.length > 64) throw sentryRefusal(400, "name", `Ensure this field has no more than 64 characters, got ${name.length}.`);
    const [window, count] = [Number(inputs.rateLimitWindow ?? 0), Number(inputs.rateLimitCount ?? 0)];
    if (window < 0 || window > longestWindow) throw sentryRefusal(400, "rateLimit", `window: Ensure this value is from 0 to ${longestWindow}, got ${window}.`);
    if (count < 0) throw sentryRefusal(400, "rateLimit", `count: Ensure this value is greater than or equal to 0, got ${count}.`);
  },
  id: (_situation, outputs) => text(outputs, "public"),
  computed: (situation) => {
    const { inputs, world } = situation;
    const organization = text(inputs, "organization");
    const projectId = text(world.find(projectType, `${organization}/${text(inputs, "project")}`)!.outputs, "internalId");
    const [publicPart, secretPart] = ["public", "secret"].map((name) => kept(situation, name, () => randomHex(32)) as string);
    const host = `o${derivedDigits(`sentry organization ${organization}`, 15)}.ingest.us.sentry.io`;
    return {
      ...defaults(inputs, { rateLimitCount: 0, rateLimitWindow: 0 }),
      public: publicPart!,
      secret: secretPart!,
      projectId: Number(projectId),
      isActive: true,
      dsnPublic: `https://${publicPart}@${host}/${projectId}`,
      dsnSecret: `https://${publicPart}:${secretPart}@${host}/${projectId}`,
      dsnCsp: `https://${host}/api/${projectId}/csp-report/?sentry_key=${publicPart}`,
    };
  },
  importIds: (outputs) => [`${inProject(outputs)}/${text(outputs, "public")}`],
};

const inProject = (outputs: JsonObject): string => `${text(outputs, "organization")}/${text(outputs, "project")}`;

export const projects: { [token: string]: ResourceModel } = {
  [teamType]: team,
  [projectType]: project,
  "sentry:index/sentryKey:SentryKey": key,
};
