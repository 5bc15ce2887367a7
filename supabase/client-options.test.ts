import { Client } from "pg";
import { clientOptions } from "./client-options";

test("`require` encrypts and looks at no certificate; what the password says is kept", () => {
  const client = new Client(clientOptions("postgresql://postgres:p%40ss@127.0.0.1:23456/postgres?sslmode=require")) as Client & {
    connectionParameters: { ssl: unknown };
  };
  expect(client.connectionParameters.ssl).toEqual({ rejectUnauthorized: false });
  expect([client.host, client.port, client.user, client.password]).toEqual(["127.0.0.1", 23456, "postgres", "p@ss"]);
});
