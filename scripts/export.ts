import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isJour, parisDay } from '#app/domain/exports.ts';
import { publierDatagouv } from '#app/jobs/datagouv.ts';
import { ExportRetenu } from '#app/jobs/export-alerte.ts';
import { depotsOf } from '#app/jobs/export-depot.ts';
import { type ExportResult, exportDay } from '#app/jobs/export-quotidien.ts';
import { DepotError } from '#app/jobs/export-s3-faute.ts';
import { reasonOfDisk } from '#db/embedded/folder.ts';
import { type CommandContext, CommandError, runCommand, UsageError } from './command.ts';

const USAGE = `npm run export -- [--jour AAAA-MM-JJ] [--vers DOSSIER] [--forcer] [--json]
  Fait maintenant l’export d’un jour (CSV, JSON, GeoJSON, Parquet) à partir des lieux publics de cet instant, et le publie sous /donnees.
  --jour   le jour dont il porte la date (aujourd’hui à Paris)
  --vers   en met aussi une copie dans ce dossier
  --forcer le publie même s’il paraît faux : vide, très réduit, ou trop de lieux contre le standard
  --json   écrit le résultat sur la dernière ligne
npm run export -- --publier
  Ne fait pas d’export : publie maintenant sur data.gouv.fr celui qui est en ligne (réglages DATAGOUV_…).`;

await runCommand('export', async (open) => {
  const { jour, vers, forcer, publier, json, aide } = readArguments(process.argv.slice(2));
  if (aide) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const context = await open();
  if (publier) return publishNow(context, json);
  const { db, settings } = context;
  const started = performance.now();
  const result = await exportDay({ db, settings, now: () => new Date() }, { jour, vers, forcer }).catch(explain);
  const ms = Math.round(performance.now() - started);
  if (json) process.stdout.write(`${JSON.stringify({ ...result, ms })}\n`);
  else process.stdout.write(`${sentencesOf(result, vers ?? depotsOf(settings)[0].nom)}\n`);
});

/** Publishes what is served on data.gouv.fr, whenever the last attempt was. */
async function publishNow({ db, settings }: CommandContext, json: boolean): Promise<void> {
  const { datagouv, publicUrl } = settings;
  if (datagouv === null)
    throw new CommandError('Rien n’est publié sur data.gouv.fr : donnez DATAGOUV_API_KEY et DATAGOUV_ORGANISATION.');
  const now = () => new Date();
  const done = await publierDatagouv({ db, datagouv, settings, publicUrl, now, force: true });
  if (done === null)
    throw new CommandError(
      'Il n’y a rien à publier : aucun export de vrais lieux n’est en ligne, ou une publication est déjà en cours.',
    );
  const { jour, jeu_id, envoyes, erreur } = done;
  if (json) process.stdout.write(`${JSON.stringify(done)}\n`);
  if (erreur !== null) throw new CommandError(`L’export du ${jour} n’est pas publié sur data.gouv.fr. ${erreur}`);
  if (json) return;
  const sent = envoyes.length === 0 ? 'tout y était déjà' : `envoyés : ${envoyes.join(', ')}`;
  process.stdout.write(`Export du ${jour} sur ${datagouv.url}/datasets/${jeu_id}/ (${sent})\n`);
}

interface Arguments {
  publier: boolean;
  jour: string;
  vers: string | null;
  forcer: boolean;
  json: boolean;
  aide: boolean;
}

function readArguments(args: string[]): Arguments {
  const { jour, vers, forcer, publier, json, aide } = parse(args);
  const today = parisDay(new Date());
  if (jour !== undefined && !isJour(jour)) {
    throw new UsageError(`« ${jour} » n’est pas un jour écrit AAAA-MM-JJ (exemple : --jour ${today}).`);
  }
  if (jour !== undefined && jour > today)
    throw new UsageError(`Le ${jour} n’est pas encore arrivé : nous sommes le ${today}.`);
  if (publier && (jour !== undefined || vers !== undefined || forcer))
    throw new UsageError('--publier publie l’export qui est en ligne : il va seul, ou avec --json.');
  if (vers === '') throw new UsageError('Donnez un dossier après --vers (exemple : --vers ./mes-exports).');
  return { jour: jour ?? today, vers: vers === undefined ? null : resolve(vers), forcer, publier, json, aide };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        jour: { type: 'string' },
        vers: { type: 'string' },
        forcer: { type: 'boolean', default: false },
        publier: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        aide: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch {
    throw new UsageError(`Je ne comprends pas « ${args.join(' ')} ». Voici comment faire :\n${USAGE}`);
  }
}

/** Disks that are full or closed to us and buckets that refuse are for the person to mend; the rest is ours. */
function explain(error: unknown): never {
  if (error instanceof ExportRetenu)
    throw new CommandError(`${error.message} Celui qui est en ligne y reste. S’il est juste, ajoutez --forcer.`);
  if (error instanceof DepotError) throw new CommandError(error.message);
  const path = error instanceof Error && 'path' in error ? ` (${String(error.path)})` : '';
  const reason = reasonOfDisk(error);
  if (reason === null) throw error;
  throw new CommandError(`Les fichiers n’ont pas pu être écrits : ${reason}${path}.`);
}

function sentencesOf({ jour, lignes, fichiers }: ExportResult, dossier: string): string {
  const files = fichiers.map(
    ({ nom, octets, sha256 }) => `  ${nom.padEnd(14)} ${String(octets).padStart(10)} octets  sha256 ${sha256}`,
  );
  return [`Export du ${jour} : ${lignes} lieux, dans ${dossier}`, ...files].join('\n');
}
