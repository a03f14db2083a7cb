// The reference's server: express-pouchdb over PouchDB on LevelDB, and the page on which its browser half runs, at one
// origin. `node server.mjs FOLDER` keeps the databases in that folder and says its port once it listens.

import express from "express";
import expressPouchDB from "express-pouchdb";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import PouchDB from "pouchdb";

const folder = process.argv[2];
const builds = join(dirname(createRequire(import.meta.url).resolve("pouchdb/package.json")), "dist");

// The parts that PouchDB's replication needs and no others: with all of CouchDB's it would be slower.
const databases = expressPouchDB(PouchDB.defaults({ prefix: `${folder}/` }), { mode: "minimumForPouchDB" });

const app = express();
app.get("/", (_, answer) => {
  answer.send('<!doctype html><title>PouchDB</title><script src="/pouchdb.min.js"></script><script src="/pouchdb.indexeddb.min.js"></script>');
});
for (const name of ["pouchdb.min.js", "pouchdb.indexeddb.min.js"]) {
  app.get(`/${name}`, (_, answer) => answer.sendFile(join(builds, name)));
}
app.use("/db", databases);

// Written, not logged: a log may be coloured.
const listening = app.listen(0, "127.0.0.1", () => process.stdout.write(`${listening.address().port}\n`));
