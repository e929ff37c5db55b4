import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type FieldName, isFieldName } from '#app/domain/standard.ts';
import { cleOfColonne } from '#app/domain/tableau/colonnes.ts';
import { openFichier } from '#app/imports/fichier.ts';
import { FichierIllisible } from '#app/imports/fichier-illisible.ts';
import { type Bilan, importFichier } from '#app/imports/importer.ts';

import { Rapport } from '#app/imports/rapport.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { CommandError, runCommand, UsageError } from './command.ts';

const USAGE = `npm run import -- FICHIER_OU_ADRESSE [--source NOM] [--colonne 'TITRE=champ']… [--partiel] [--simuler] [--rapport FICHIER.csv] [--json]
  Importe un fichier CSV, JSON ou XLSX au format du standard. Ce qui a un sens clair est réparé, le reste est laissé de côté, tout est dit.
  --colonne 'TITRE=champ'  ce que donne une colonne qui a un autre nom que dans le standard ; 'TITRE=' : ne pas la lire
  --source   d’où viennent ces lieux ; sans cela, ce que dit la colonne source, ou le nom du fichier
  --partiel  le fichier n’a qu’une partie des lieux de sa source : ceux qui n’y sont pas ne sont pas signalés
  --simuler  fait tout sans rien écrire
  --rapport  écrit, ligne par ligne, ce qu’il y a à dire
  --json     écrit le bilan sur la dernière ligne`;

await runCommand('import', async (open) => {
  const started = performance.now();
  const { place, source, simuler, partiel, rapport: path, json, aide, choix } = readArguments(process.argv.slice(2));
  if (aide) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const fichier = await openFichier(place).catch(explain);
  try {
    const rapport = path === null ? null : await Rapport.create(path).catch(explainRapport);
    try {
      const { db } = await open();
      const bilan = await importFichier(db, {
        bytes: fichier.bytes,
        chemin: fichier.chemin,
        fichier: fichier.nom,
        source,
        choix,
        complet: !partiel,
        simuler,
        lancePar: null,
        communes: loadCommunes(),
        now: new Date(),
        onRapport: (ligne) => rapport?.add(ligne),
        onProgress: showProgress(),
      }).catch(explain);
      await rapport?.end().catch(explainRapport);
      clearProgress();
      const ms = Math.round(performance.now() - started);
      process.stdout.write(json ? `${toJson(bilan, ms)}\n` : `${sentencesOf(bilan, { simuler, path, ms })}\n`);
    } catch (error) {
      await rapport?.abandon();
      throw error;
    }
  } finally {
    clearProgress();
    await fichier.close();
  }
});

function readArguments(args: string[]) {
  const { values, positionals } = parse(args);
  const [place, ...others] = positionals;
  if (values.aide) return { ...values, place: '', source: null, rapport: null, choix: new Map() };
  if (place === undefined || place === '') throw new UsageError(`Donnez le fichier à importer.\n${USAGE}`);
  if (others.length > 0)
    throw new UsageError(`Un seul fichier à la fois : « ${others.join(' ')} » est en trop.\n${USAGE}`);
  if (values.source?.trim() === '')
    throw new UsageError('Donnez un nom après --source (exemple : --source « Hub du Sud »).');
  if (values.rapport === '')
    throw new UsageError('Donnez un fichier après --rapport (exemple : --rapport rapport.csv).');
  return {
    ...values,
    place,
    source: values.source?.trim() ?? null,
    rapport: values.rapport === undefined ? null : resolve(values.rapport),
    choix: readChoix(values.colonne),
  };
}

function readChoix(options: readonly string[]): Map<string, FieldName | null> {
  return new Map(
    options.map((option) => {
      const at = option.lastIndexOf('=');
      const champ = option.slice(at + 1).trim();
      const titre = cleOfColonne(option.slice(0, Math.max(0, at)));
      if (titre === '' || (champ !== '' && !isFieldName(champ))) {
        throw new UsageError(
          `« --colonne ${option} » : écrivez le titre de la colonne, =, puis un champ du standard (exemple : --colonne 'Nom de la structure=nom').`,
        );
      }
      return [titre, isFieldName(champ) ? champ : null];
    }),
  );
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        source: { type: 'string' },
        colonne: { type: 'string', multiple: true, default: [] },
        partiel: { type: 'boolean', default: false },
        simuler: { type: 'boolean', default: false },
        rapport: { type: 'string' },
        json: { type: 'boolean', default: false },
        aide: { type: 'boolean', default: false },
      },
    });
  } catch {
    throw new UsageError(`Je ne comprends pas « ${args.join(' ')} ». Voici comment faire :\n${USAGE}`);
  }
}

function explain(error: unknown): never {
  throw error instanceof FichierIllisible ? new CommandError(error.message) : error;
}

function explainRapport(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new CommandError(`Le rapport ne peut pas être écrit : ${reason}.`);
}

/** The lines done so far, on one line of a terminal that is written over; nothing elsewhere. */
function showProgress(): ((etape: 'lecture' | 'ecriture', lignes: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  return (etape, lignes) => {
    const verb = etape === 'lecture' ? 'lues et vérifiées' : 'comparées à la base';
    process.stderr.write(`\r\u001b[K${lignes.toLocaleString('fr-FR')} lignes ${verb}`);
  };
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}

function toJson(bilan: Bilan, ms: number): string {
  const { lignes, publiques, a_completer, refusees, doublons, nouvelles, modifiees, inchangees } = bilan;
  return JSON.stringify({ lignes, publiques, a_completer, refusees, doublons, nouvelles, modifiees, inchangees, ms });
}

function sentencesOf(
  bilan: Bilan,
  { simuler, path, ms }: { simuler: boolean; path: string | null; ms: number },
): string {
  const number = (count: number) => count.toLocaleString('fr-FR').padStart(8);
  return [
    `${simuler ? 'Simulation, rien n’est écrit' : 'Import terminé'} en ${(ms / 1000).toLocaleString('fr-FR', { maximumFractionDigits: 1 })} s :`,
    `${number(bilan.lignes)} lignes lues`,
    `${number(bilan.publiques)} publiques`,
    `${number(bilan.a_completer)} gardées, à compléter`,
    `${number(bilan.refusees)} refusées`,
    `${number(bilan.doublons)} en double`,
    `Lieux nouveaux : ${bilan.nouvelles}, modifiés : ${bilan.modifiees}, inchangés : ${bilan.inchangees}.`,
    ...(bilan.hors_ligne > 0
      ? [`Lieux fermés, masqués ou fusionnés, qui restent hors ligne : ${bilan.hors_ligne}.`]
      : []),
    ...(bilan.videes + bilan.depubliees > 0
      ? [`Valeurs vidées par une case vide : ${bilan.videes}, lieux qui ne sont plus publics : ${bilan.depubliees}.`]
      : []),
    ...(bilan.absents > 0
      ? [
          `Lieux qui ne sont plus dans le fichier de leur source : ${bilan.absents}. Ils sont signalés, rien n’est effacé.`,
        ]
      : []),
    ...(bilan.revenus > 0
      ? [`Lieux de retour dans le fichier de leur source : ${bilan.revenus}. Ils ne sont plus signalés.`]
      : []),
    ...(path === null
      ? ['Pour savoir ce qui a été réparé ou laissé de côté : --rapport rapport.csv']
      : [`Rapport : ${path}`]),
  ].join('\n');
}
