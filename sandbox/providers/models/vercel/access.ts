/**
 * People and what they may do: https://vercel.com/docs/rest-api/access-groups, …/teams and terraform-provider-vercel, read 2026-11.
 *
 * That a person has an account at Vercel, or has joined a team without a program's doing, nobody declares: any address is accepted.
 * Access groups exist on the Enterprise plan only; the sandbox's team has it.
 */
import { alphanumeric, randomText } from "../ids";
import { kept, text, type Reference, type ResourceModel, type Situation } from "../model";
import { projectType, requireSameTeam, requireTeam, team, vercelError } from "./common";

const groupType = "vercel:index/accessGroup:AccessGroup";
const addressForm = /^[^\s@]+@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

const reference = (property: string, type: string, what: string, onDelete: Reference["onDelete"]): Reference => ({
  property,
  type,
  identity: (value) => value,
  missing: (value) => vercelError("not_found", `${what} not found: ${value}`).message,
  onDelete,
});

function requireAddress(email: unknown): void {
  if (typeof email === "string" && !addressForm.test(email))
    throw vercelError("bad_request", `Invalid e-mail address "${email}": it must be one, in lower case`);
}

/** Groups are seen by their own team only. */
function requireGroupOfTeam(situation: Situation, id: unknown): void {
  const group = typeof id === "string" ? situation.world.get(groupType, id) : undefined;
  if (group && team(group.outputs) !== team(situation.inputs))
    throw vercelError("not_found", `Access group not found: ${String(id)} is of another team than "${team(situation.inputs)}"`);
}

interface ProjectRole {
  projectId?: string;
}

function validateTeamMember(situation: Situation): void {
  requireTeam(situation);
  const { email, role, userId } = situation.inputs;
  const groups = (situation.inputs.accessGroups ?? []) as string[];
  const projects = (situation.inputs.projects ?? []) as ProjectRole[];
  // The provider's own words: who has no account yet has no ID.
  if (userId !== undefined && !situation.previous)
    throw vercelError("user_id is no longer supported", "Users can no longer be added to a team by their user_id");
  requireAddress(email);
  groups.forEach((id) => requireGroupOfTeam(situation, id));
  projects.forEach(({ projectId }) => requireSameTeam(situation, projectId));
  // The provider's description of `projects` and `access_groups`.
  if (role === "CONTRIBUTOR" && groups.length === 0 && projects.length === 0)
    throw vercelError("bad_request", "a CONTRIBUTOR needs projects, access_groups or both");
  if (role !== "CONTRIBUTOR" && (groups.length > 0 || projects.length > 0))
    throw vercelError("bad_request", `projects and access_groups are for a CONTRIBUTOR, not for the team role ${String(role)}`);
}

/** Refuses a member of a project who is not one, and a person who is named twice. */
export function validateProjectMembers({ inputs }: Situation): void {
  const members = (inputs.members ?? []) as Array<{ email?: string; userId?: string; username?: string }>;
  members.forEach(({ email }) => requireAddress(email));
  const people = members.map(({ email, userId, username }) => email ?? userId ?? username ?? "");
  const twice = people.find((person, at) => people.indexOf(person) !== at);
  if (twice !== undefined) throw vercelError("bad_request", `${twice} is more than once among the project's members`);
}

export const access: { [token: string]: ResourceModel } = {
  [groupType]: {
    identity: (properties) => `${team(properties)}/${text(properties, "name")}`,
    handles: (outputs) => [text(outputs, "id")],
    duplicate: (inputs) => vercelError("conflict", `An access group named "${text(inputs, "name")}" already exists in this team`).message,
    validate: (situation) => {
      requireTeam(situation);
      const name = text(situation.inputs, "name");
      // https://vercel.com/docs/rest-api/access-groups/creates-an-access-group
      if (!/^[A-Za-z0-9_ -]{1,50}$/.test(name))
        throw vercelError("bad_request", `Invalid access group name "${name}": up to 50 letters, digits, "_", " " and "-"`);
    },
    id: (situation) => kept(situation, "id", () => `ag_${randomText(alphanumeric, 28)}`) as string,
    computed: () => ({}),
    importIds: (outputs) => [`${String(outputs.teamId)}/${String(outputs.id)}`],
  },
  "vercel:index/accessGroupProject:AccessGroupProject": {
    identity: (properties) => `${text(properties, "accessGroupId")}/${text(properties, "projectId")}`,
    duplicate: (inputs) => vercelError("conflict", `The access group already has the project ${text(inputs, "projectId")}`).message,
    references: [
      reference("accessGroupId", groupType, "Access group", "cascade"),
      reference("projectId", projectType, "Project", "cascade"),
    ],
    validate: (situation) => {
      requireTeam(situation);
      requireGroupOfTeam(situation, situation.inputs.accessGroupId);
      requireSameTeam(situation, situation.inputs.projectId);
    },
    id: ({ inputs }) => `${text(inputs, "accessGroupId")}/${text(inputs, "projectId")}`,
    computed: () => ({}),
    importIds: (outputs) => [`${String(outputs.teamId)}/${text(outputs, "accessGroupId")}/${text(outputs, "projectId")}`],
  },
  "vercel:index/teamMember:TeamMember": {
    identity: (properties) => `${team(properties)}/${text(properties, "email")}`,
    duplicate: (inputs) => vercelError("bad_request", `${text(inputs, "email")} is already a member of the team`).message,
    references: [
      reference("accessGroups[]", groupType, "Access group", "dangle"),
      reference("projects[].projectId", projectType, "Project", "dangle"),
    ],
    validate: validateTeamMember,
    id: ({ inputs }) => `${team(inputs)}/${text(inputs, "email")}`,
    computed: (situation) => ({
      // An invitation that nobody has followed.
      confirmed: kept(situation, "confirmed", () => false),
      userId: kept(situation, "userId", () => randomText(alphanumeric, 24)),
    }),
    importIds: (outputs) => [`${team(outputs)}/${text(outputs, "userId")}`],
  },
};
