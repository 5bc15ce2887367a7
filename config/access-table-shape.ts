/** The shape of the configuration key `access`: each role with the systems at which it has something, and nothing else. */
import { type AccessMembers, repeatedMembers } from "./access-table";
import { list, optional, struct, type Path, type Report, type Shape } from "./shape";
import { githubTeam, memberAddress } from "./value-shapes";

const members = list(memberAddress, { noun: "people", identity: (address) => address });

/** Of a role's fields only those for which the table has a cell: `access-table.test.ts` compares. */
export const accessShape: Shape<AccessMembers> = struct(
  {
    developer: optional(struct({ githubTeam: optional(githubTeam) })),
    devops: optional(
      struct({
        googleGroup: optional(memberAddress),
        vercelMembers: optional(members),
        supabaseMembers: optional(members),
        cloudflareMembers: optional(members),
      }),
    ),
    techLead: optional(struct({ googleGroup: optional(memberAddress), vercelMembers: optional(members) })),
    dba: optional(struct({ supabaseMembers: optional(members) })),
  },
  oneRoleEach,
);

function oneRoleEach(access: AccessMembers, path: Path, report: Report): boolean {
  const repeated = repeatedMembers(access);
  // Last first, so that a removal does not move what the next command removes.
  for (const { place, first, member } of [...repeated].reverse()) {
    const allowed = "each once at a system: a person in two roles has the wider one only";
    report({ path: [...path, ...stepsOf(place)], found: member, note: `also in ${first}`, allowed, mend: { action: "remove" } });
  }
  return repeated.length === 0;
}

/** `devops.vercelMembers[0]` as steps. */
function stepsOf(place: string): Path {
  return place
    .split(/[.[\]]+/)
    .filter((step) => step !== "")
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
