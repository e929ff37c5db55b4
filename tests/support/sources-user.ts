import { traiterDepots } from '#app/jobs/imports.ts';
import { lireSources, suivreSources } from '#app/jobs/sources.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { createDb, createPool } from '#db/connection.ts';

/** A process that does what sources need until nothing moves, then ends. Run, and killed, by the tests of sources. */
const [url = '', dataDir = '', at = ''] = process.argv.slice(2);
const db = createDb(createPool(url, { applicationName: 'sources-user', max: 4 }));
const communes = loadCommunes();
const now = () => new Date(at);
const services = { db, dataDir, communes, publicUrl: 'https://lieux.exemple.fr', now, reseauInterne: ['127.0.0.1'] };
await lireSources(services);
while ((await suivreSources(services)) + (await traiterDepots({ db, dataDir, communes, now })) > 0);
await db.destroy();
