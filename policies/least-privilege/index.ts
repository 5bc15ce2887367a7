import { PolicyPack } from "@pulumi/policy";
import { packArguments } from "../framework/pack";
import { readExemptions } from "../framework/read-exemptions";
import { leastPrivilege } from "./policies";

new PolicyPack("least-privilege", packArguments(leastPrivilege, readExemptions("least-privilege", leastPrivilege, new Date())));
