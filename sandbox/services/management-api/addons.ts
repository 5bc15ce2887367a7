/** A project's add-ons, as the Management API sells them. */
import type { JsonObject, WorldChange, WorldRecord } from "../../world/world";
import { ApiRefusal, notModelled } from "../http/refusal";
import type { Look } from "../http/server";

/** Auxiliary: one selected add-on of a project. ID: `<project ref>/<add-on type>`. `outputs`: addonType, variant. */
export const addonType = "supabase:api/addon";

interface Variant {
  readonly name: string;
  /** US dollars a month, rounded: the vendor's documentation, "Manage your usage" (a page per add-on). Shown in answers only; nothing is decided by it. */
  readonly monthly: number;
}

/** What can be selected, by add-on type. Larger compute sizes exist, but their prices are not published. */
const catalogue: { readonly [type: string]: { readonly name: string; readonly variants: { readonly [id: string]: Variant } } } = {
  compute_instance: {
    name: "Compute instance",
    variants: {
      ci_micro: { name: "Micro", monthly: 10 },
      ci_small: { name: "Small", monthly: 15 },
      ci_medium: { name: "Medium", monthly: 60 },
      ci_large: { name: "Large", monthly: 110 },
      ci_xlarge: { name: "XL", monthly: 210 },
      ci_2xlarge: { name: "2XL", monthly: 410 },
      ci_4xlarge: { name: "4XL", monthly: 960 },
      ci_8xlarge: { name: "8XL", monthly: 1870 },
      ci_12xlarge: { name: "12XL", monthly: 2800 },
      ci_16xlarge: { name: "16XL", monthly: 3730 },
    },
  },
  pitr: {
    name: "Point in time recovery",
    variants: {
      pitr_7: { name: "7 days", monthly: 100 },
      pitr_14: { name: "14 days", monthly: 200 },
      pitr_28: { name: "28 days", monthly: 400 },
    },
  },
  ipv4: { name: "Dedicated IPv4 address", variants: { ipv4_default: { name: "IPv4", monthly: 4 } } },
  custom_domain: { name: "Custom domain", variants: { cd_default: { name: "Custom domain", monthly: 10 } } },
};

/** The selected variant of each add-on type of a project. Compute is the project's own size: the provider sets it too. */
export function selectedAddons(project: WorldRecord, look: Look): Map<string, string> {
  const selected = new Map<string, string>();
  // Nano is the free size, of which there is no variant.
  if (project.outputs.instanceSize !== "nano") selected.set("compute_instance", `ci_${String(project.outputs.instanceSize)}`);
  for (const type of Object.keys(catalogue).filter((type) => type !== "compute_instance")) {
    const variant = look(addonType, `${project.id}/${type}`)?.outputs.variant;
    if (typeof variant === "string") selected.set(type, variant);
  }
  return selected;
}

/** The body of GET `billing/addons`. */
export function listAddons(project: WorldRecord, look: Look): JsonObject {
  return {
    selected_addons: [...selectedAddons(project, look)].map(([type, id]) => ({ type, variant: variantBody(type, id) })),
    available_addons: Object.entries(catalogue).map(([type, { name, variants }]) => ({
      type,
      name,
      variants: Object.keys(variants).map((id) => variantBody(type, id)),
    })),
  };
}

function variantBody(type: string, id: string): JsonObject {
  const variant = catalogue[type]?.variants[id];
  if (!variant) throw notModelled(`the price of the add-on ${id}`);
  const price = { type: "fixed", interval: "monthly", amount: variant.monthly, description: `$${variant.monthly} a month` };
  return { id, name: variant.name, price };
}

/**
 * What selecting a variant changes. The variant of the same type that was selected before is replaced.
 * @throws ApiRefusal when the vendor would refuse
 */
export function selectAddon(project: WorldRecord, look: Look, type: string, variant: string, now: string): WorldChange[] {
  if (!catalogue[type]?.variants[variant]) {
    const owner = Object.entries(catalogue).find(([, { variants }]) => variant in variants)?.[0];
    if (owner === undefined && variant.startsWith("ci_") && type === "compute_instance") throw notModelled(`the compute size ${variant}`);
    throw new ApiRefusal(400, `Addon variant ${variant} is not one of the addon type ${type}`);
  }
  if (type === "compute_instance") {
    if (tooSmallForRecovery.has(variant) && look(addonType, `${project.id}/pitr`)) {
      throw new ApiRefusal(400, `Point in time recovery needs compute size small or larger: remove it before changing to ${variant}`);
    }
    return [resized(project, variant.slice("ci_".length))];
  }
  if (type === "pitr" && tooSmallForRecovery.has(`ci_${String(project.outputs.instanceSize)}`)) {
    throw new ApiRefusal(
      400,
      `Point in time recovery needs compute size small or larger, the project's is ${String(project.outputs.instanceSize)}`,
    );
  }
  const id = `${project.id}/${type}`;
  const before = look(addonType, id);
  if (before?.outputs.variant === variant) return [];
  const outputs = { projectRef: project.id, addonType: type, variant };
  return [{ put: { type: addonType, id, urns: [], inputs: {}, outputs, secretPaths: [], createdAt: before?.createdAt ?? now } }];
}

/** Design fact 2: PITR needs compute small or larger. */
const tooSmallForRecovery: ReadonlySet<string> = new Set(["ci_nano", "ci_micro"]);

/** What removing a variant changes. @throws ApiRefusal when it is not selected */
export function removeAddon(project: WorldRecord, look: Look, variant: string): WorldChange[] {
  const found = [...selectedAddons(project, look)].find(([, selected]) => selected === variant);
  if (!found) throw new ApiRefusal(400, `Addon variant ${variant} is not selected for this project`);
  const [type] = found;
  if (type !== "compute_instance") return [{ delete: { type: addonType, id: `${project.id}/${type}` } }];
  if (look(addonType, `${project.id}/pitr`)) {
    throw new ApiRefusal(400, "Point in time recovery needs compute size small or larger: remove it before removing the compute addon");
  }
  return [resized(project, "micro")];
}

function resized(project: WorldRecord, instanceSize: string): WorldChange {
  const inputs = "instanceSize" in project.inputs ? { ...project.inputs, instanceSize } : project.inputs;
  return { put: { ...project, inputs, outputs: { ...project.outputs, instanceSize } } };
}
