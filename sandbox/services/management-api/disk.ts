/** A project's disk, as the Management API tells and changes it. */
import type { JsonObject, WorldChange, WorldRecord } from "../../world/world";
import { ApiRefusal, notModelled } from "../http/refusal";
import type { Look } from "../http/server";

/** Auxiliary: the disk of a project, once it was changed. ID: the project's ref. `outputs`: projectRef, type, sizeGb, iops, throughputMibps, modifiedAt. */
export const diskType = "supabase:api/disk";

/** The body of POST `config/disk`, checked against the vendor's description, which says of the numbers that they are whole and above zero. */
export interface DiskRequest {
  readonly attributes: { readonly type: "gp3" | "io2"; readonly size_gb: number; readonly iops: number; readonly throughput_mibps?: number };
}

/** Of a new project (Supabase's page "Compute and Disk", read 2026-11). */
const newDisk = { type: "gp3", sizeGb: 8, iops: 3000, throughputMibps: 125 } as const;

/**
 * Amazon's limits of such a disk (EBS, General Purpose SSD volumes; ModifyVolume), which are what stands behind the vendor's. The statuses and words
 * of these refusals are ours: the vendor's description has none.
 */
const limits = { mostGigabytes: 16_384, leastIops: 3000, mostIops: 16_000, iopsPerGigabyte: 500, leastThroughput: 125, mostThroughput: 1000, throughputPerIops: 0.25, hoursBetween: 6 } as const;

interface DiskState {
  readonly type: string;
  readonly sizeGb: number;
  readonly iops: number;
  readonly throughputMibps: number;
  readonly modifiedAt?: string;
}

function stateOf(project: WorldRecord, look: Look): DiskState {
  const outputs = look(diskType, project.id)?.outputs;
  return outputs === undefined ? newDisk : (outputs as unknown as DiskState);
}

/** The body of GET `config/disk`. */
export function diskBody(project: WorldRecord, look: Look): JsonObject {
  const { type, sizeGb, iops, throughputMibps, modifiedAt } = stateOf(project, look);
  return { attributes: { type, size_gb: sizeGb, iops, throughput_mibps: throughputMibps }, ...(modifiedAt === undefined ? {} : { last_modified_at: modifiedAt }) };
}

/** @throws ApiRefusal where the vendor would refuse */
export function modifyDisk(project: WorldRecord, look: Look, { attributes }: DiskRequest, now: string): WorldChange[] {
  if (attributes.type !== "gp3") throw notModelled(`a disk of type ${attributes.type}`);
  const before = stateOf(project, look);
  const after = { type: attributes.type, sizeGb: attributes.size_gb, iops: attributes.iops, throughputMibps: attributes.throughput_mibps ?? before.throughputMibps };
  requireLimits(before, after);
  if (before.sizeGb === after.sizeGb && before.iops === after.iops && before.throughputMibps === after.throughputMibps) return [];
  const hours = before.modifiedAt === undefined ? Infinity : (Date.parse(now) - Date.parse(before.modifiedAt)) / 3_600_000;
  if (hours < limits.hoursBetween) throw new ApiRefusal(400, `Disk was modified ${hours.toFixed(1)} hours ago and cannot be modified again within ${limits.hoursBetween} hours`);
  const record = look(diskType, project.id);
  const outputs = { projectRef: project.id, ...after, modifiedAt: now };
  return [{ put: { type: diskType, id: project.id, urns: [], inputs: {}, outputs, secretPaths: [], createdAt: record?.createdAt ?? now } }];
}

function requireLimits(before: DiskState, { sizeGb, iops, throughputMibps }: DiskState): void {
  const { mostGigabytes, leastIops, mostIops, iopsPerGigabyte, leastThroughput, mostThroughput, throughputPerIops } = limits;
  if (sizeGb < before.sizeGb) throw new ApiRefusal(400, `Disk size cannot be reduced from ${before.sizeGb} GB to ${sizeGb} GB`);
  if (sizeGb > mostGigabytes) throw new ApiRefusal(400, `Disk size ${sizeGb} GB is above the maximum of ${mostGigabytes} GB`);
  if (iops < leastIops || iops > Math.min(mostIops, Math.max(leastIops, sizeGb * iopsPerGigabyte))) {
    throw new ApiRefusal(400, `IOPS ${iops} are not within ${leastIops} and ${mostIops}, or more than ${iopsPerGigabyte} for each GB`);
  }
  if (throughputMibps < leastThroughput || throughputMibps > Math.min(mostThroughput, iops * throughputPerIops)) {
    throw new ApiRefusal(400, `Throughput ${throughputMibps} MiB/s is not within ${leastThroughput} and ${mostThroughput}, or more than ${throughputPerIops} for each of the IOPS`);
  }
}
