import type { World } from "../../../world/world";

/** Puts a project into the world as the sandbox's Supabase provider does: sandbox/providers/models/supabase.ts. */
export async function putProject(world: World, ref: string, instanceSize = "small"): Promise<void> {
  const inputs = {
    name: `project-${ref}`,
    organizationId: "chisan-sandbox",
    region: "ap-northeast-2",
    databasePassword: "p".repeat(32),
    instanceSize,
  };
  const outputs = { ...inputs, id: ref, legacyApiKeysEnabled: true };
  await world.put({ type: "supabase:index/project:Project", id: ref, urns: ["urn"], inputs, outputs, secretPaths: ["databasePassword"] });
  const keys = {
    projectRef: ref,
    anonKey: "anon.key",
    serviceRoleKey: "service.key",
    publishableKey: "sb_publishable_x",
    secretKeys: [{ name: "default", apiKey: "sb_secret_0123456789" }],
  };
  await world.put({ type: "supabase:api/keys", id: ref, urns: [], inputs: {}, outputs: keys, secretPaths: [] });
}
