import { PolicyPack } from "@pulumi/policy";
import { packArguments } from "../framework/pack";
import { leastPrivilege } from "./policies";

new PolicyPack("least-privilege", packArguments(leastPrivilege));
