import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Kysely, Transaction } from 'kysely';
import { composeSourceCourriel, type SourceCourriel } from '#app/courriels/source.ts';
import { isReviewer, reachesAnything } from '#app/domain/permissions.ts';
import {
  alerteDue,
  type Mesure,
  type Reference,
  reasonToHold,
  referenceOf,
  sourceDue,
  territoiresOfSource,
} from '#app/domain/sources.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { BILAN } from '#app/imports/bilan.ts';
import { fichierOfDepot, removeFolder } from '#app/imports/depots.ts';
import { nomDAdresse } from '#app/imports/fichier.ts';
import { SourceInjoignable, type Telechargement, telecharger } from '#app/imports/telechargement.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import { insertDepot, passerDepot } from '#db/import-depots.ts';
import { withLockOn } from '#db/locks.ts';
import {
  findPassageASuivre,
  findPassageEnAttente,
  insertPassage,
  listAppliques,
  listPassagesASuivre,
  remplacerEnAttente,
  updatePassage,
} from '#db/source-passages.ts';
import {
  findSource,
  listSourcesActives,
  lockSource,
  oublierFichier,
  pauseSource,
  type Source,
  updateSourceAlerte,
  updateSourceAppliquee,
  updateSourceRegardee,
} from '#db/sources.ts';
import type { DB } from '#db/types.ts';
import { findRoles } from '#db/utilisateurs.ts';
import { eachAtOnce } from './map-at-once.ts';

export interface SourcesServices {
  db: Kysely<DB>;
  dataDir: string;
  communes: CommuneIndex;
  /** Origin of the site, for mails. */
  publicUrl: string;
  now: () => Date;
  /** Addresses of one's own network that may be read all the same: nowhere but in tests. */
  reseauInterne?: readonly string[];
  silenceMs?: number;
  maxOctets?: number;
  signal?: AbortSignal;
}

/** A server that is slow holds up its own sources, not the night's. */
const AT_ONCE = 4;

/**
 * Reads each source that is due, four at a time: a file that has changed becomes an import like those that people bring, which
 * `suivreSources` follows. Cut anywhere before that is written, the reading begins again; two processes never read one source.
 * Gives how many were read; throws what went wrong with some once the others are done.
 */
export async function lireSources(services: SourcesServices): Promise<number> {
  const { db, now, signal } = services;
  const due = (await listSourcesActives(db)).filter((source) => source.orpheline || sourceDue(source, now()));
  let read = 0;
  // One connection for all the locks: downloads are long, and the pool is for everybody.
  await db.connection().execute((held) =>
    eachAtOnce(due, AT_ONCE, async ({ id }) => {
      if (signal?.aborted) return;
      if (await withLockOn(held, `source:${id}`, () => lire(id, services))) read += 1;
    }),
  );
  return read;
}

async function lire(id: number, services: SourcesServices): Promise<boolean> {
  const { db, now } = services;
  const source = await findSource(db, id);
  if (!source) return false;
  const arret = await reasonToStop(source, services);
  if (arret !== null) {
    await arreter(source, arret, services);
    return true;
  }
  if (!sourceDue(source, now())) return false;
  try {
    await prendre(source, services);
  } catch (error) {
    if (!(error instanceof SourceInjoignable)) throw error;
    if (services.signal?.aborted) return false;
    await echouer(source, error.message, services);
  }
  return true;
}

/** Why a source is read no more: nobody whose territory its files could be kept to. */
async function reasonToStop(source: Source, { db, communes }: SourcesServices): Promise<string | null> {
  const roles = source.utilisateur_id === null ? null : await findRoles(db, source.utilisateur_id);
  if (roles === null || !isReviewer(roles)) return SANS_ROLE;
  const portee = { roles: [roles], territoires: territoiresOfSource(source) };
  return reachesAnything(portee, communes) ? null : SANS_TERRITOIRE;
}

async function mayImport(db: Kysely<DB>, utilisateurId: string | null): Promise<boolean> {
  return utilisateurId !== null && isReviewer(await findRoles(db, utilisateurId));
}

/** Takes what the address gives today: the same as before, or a file that waits for the job of imports. */
async function prendre(source: Source, services: SourcesServices): Promise<void> {
  const { dataDir, reseauInterne, silenceMs, maxOctets, signal } = services;
  const dossier = join(dataDir, 'sources');
  await mkdir(dossier, { recursive: true, mode: 0o700 });
  // One reader at a time: what a killed one has left is written over.
  const vers = join(dossier, `${source.id}.partiel`);
  const { url, etag, modifie, sha256 } = source;
  try {
    const file = await telecharger({
      ...{ url, vers },
      ...(sha256 !== null && { dejaLu: { etag, modifie, sha256 } }),
      ...(reseauInterne && { reseauInterne }),
      ...(silenceMs !== undefined && { silenceMs }),
      ...(maxOctets !== undefined && { maxOctets }),
      ...(signal && { signal }),
    });
    if (file === null) await noterInchange(source, services);
    else await deposer(source, { file, vers }, services);
  } finally {
    await rm(vers, { force: true });
  }
}

async function noterInchange(read: Source, services: SourcesServices): Promise<void> {
  const { id } = read;
  const now = services.now();
  await withSource(services, read, async (trx, source) => {
    const waiting = await findPassageEnAttente(trx, id);
    const message = waiting ? 'Le même fichier attend toujours.' : null;
    const demande = source.demandee_le !== null;
    const { reglages } = source;
    await insertPassage(trx, { sourceId: id, now, resultat: 'inchange', message, demande, reglages });
    await updateSourceRegardee(trx, { id, now });
    if (waiting?.resultat === 'retenu')
      await alerter(trx, source, { alerte: 'retenu', message: waiting.message }, services);
    else await rassurer(trx, source, services);
  });
}

/** The file becomes an import of whoever declared the source, in the place of one that waited for a person. */
async function deposer(
  read: Source,
  { file, vers }: { file: Telechargement; vers: string },
  services: SourcesServices,
): Promise<void> {
  const { id, url } = read;
  const { dataDir } = services;
  const now = services.now();
  const depotId = randomBytes(15).toString('base64url');
  const chemin = fichierOfDepot(dataDir, depotId);
  const { octets, sha256, etag, modifie } = file;
  let left: string[] = [];
  const kept = await withSource(services, read, async (trx, source) => {
    if (source.utilisateur_id === null) return;
    left = await remplacerEnAttente(trx, { sourceId: id, now });
    await insertDepot(trx, {
      ...{ id: depotId, utilisateurId: source.utilisateur_id, fichier: nomDAdresse(url).slice(0, 200), octets },
      ...{ source: source.nom, complet: source.complet, now },
    });
    const demande = source.demandee_le !== null;
    await insertPassage(trx, {
      ...{ sourceId: id, now, resultat: 'en_cours', message: null, demande, octets, sha256, depotId },
      reglages: source.reglages,
    });
    await updateSourceRegardee(trx, { id, now, vu: { etag, modifie, sha256 } });
    await mkdir(dirname(chemin), { recursive: true, mode: 0o700 });
    await rename(vers, chemin);
  });
  if (!kept) await removeFolder(dataDir, depotId);
  for (const old of left) await removeFolder(dataDir, old);
}

async function echouer(read: Source, message: string, services: SourcesServices): Promise<void> {
  const { id } = read;
  const now = services.now();
  await withSource(services, read, async (trx, source) => {
    const demande = source.demandee_le !== null;
    const { reglages } = source;
    await insertPassage(trx, { sourceId: id, now, resultat: 'echec', message, demande, reglages });
    await updateSourceRegardee(trx, { id, now });
    await alerter(trx, source, { alerte: 'echec', message }, services);
  });
}

const SANS_ROLE = 'La personne qui l’a déclarée n’a plus le droit d’importer.';
const SANS_TERRITOIRE = 'La personne qui l’a déclarée n’a plus de droits sur son territoire.';

async function arreter({ id }: Source, message: string, services: SourcesServices): Promise<void> {
  const now = services.now();
  await services.db.transaction().execute(async (trx) => {
    const source = await lockSource(trx, id);
    if (!source || source.pause_le !== null) return;
    await pauseSource(trx, { id, motif: 'role', now });
    const { reglages } = source;
    await insertPassage(trx, { sourceId: id, now, resultat: 'arret', message, demande: false, reglages });
    await ecrire(trx, source, { genre: 'arret', message }, services);
  });
}

/** Writes what was found at an address; false where the source has gone, or what was said of it has changed, meanwhile. */
async function withSource(
  { db }: SourcesServices,
  { id, url, reglages }: Pick<Source, 'id' | 'url' | 'reglages'>,
  write: (trx: Transaction<DB>, source: Source) => Promise<void>,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const source = await lockSource(trx, id);
    if (source?.url !== url || source.reglages !== reglages) return false;
    await write(trx, source);
    return true;
  });
}

/**
 * Says in the log of each source what became of its file, and goes on where no person is needed: once a first file was applied by
 * somebody, the others apply themselves, unless too much of them is lost or refused. Each line moves with what follows from it, in one
 * transaction. Gives how many moved; throws what went wrong with some once the others are done.
 */
export async function suivreSources(services: SourcesServices): Promise<number> {
  let moved = 0;
  await eachAtOnce(await listPassagesASuivre(services.db), 1, async ({ id, source_id }) => {
    const left = await services.db.transaction().execute(async (trx) => {
      const source = await lockSource(trx, source_id);
      const passage = source && (await findPassageASuivre(trx, id));
      if (!source || !passage) return null;
      await suivre(trx, source, passage, services);
      moved += 1;
      return passage.etat === 'abandonne' ? passage.depot : null;
    });
    if (left !== null) await removeFolder(services.dataDir, left);
  });
  return moved;
}

type PassageASuivre = NonNullable<Awaited<ReturnType<typeof findPassageASuivre>>>;

async function suivre(
  trx: Transaction<DB>,
  source: Source,
  passage: PassageASuivre,
  services: SourcesServices,
): Promise<void> {
  const now = services.now();
  const { id, depot, etat, erreur, colonnes } = passage;
  if (etat === 'refuse') {
    await updatePassage(trx, { id, resultat: 'echec', message: erreur });
    // What could not be read is asked for again the next time, even where it is the same.
    await oublierFichier(trx, source.id);
    await alerter(trx, source, { alerte: 'echec', message: erreur }, services);
    return;
  }
  if (etat === 'applique') {
    await updatePassage(trx, { id, resultat: 'applique', message: null });
    // One of an earlier address, name or columns says nothing of those of today.
    if (passage.reglages === source.reglages)
      await updateSourceAppliquee(trx, { id: source.id, now, colonnes, lignes: mesureOf(passage.bilan).lignes });
    await rassurer(trx, source, services);
    return;
  }
  if (etat === 'abandonne') {
    await updatePassage(trx, { id, resultat: 'abandonne', message: null });
    return;
  }
  const message = await aValider(trx, source, passage);
  if (message !== null) {
    await updatePassage(trx, { id, resultat: 'a_valider', message });
    if (!passage.demande) await ecrire(trx, source, { genre: 'a_valider', message }, services);
  } else {
    const message = reasonToHold(await findReference(trx, source, now), mesureOf(passage.bilan));
    if (message === null) await passerDepot(trx, { id: depot, de: 'simule', vers: 'application', now });
    else {
      await updatePassage(trx, { id, resultat: 'retenu', message });
      await alerter(trx, source, { alerte: 'retenu', message }, services);
    }
  }
}

/** What the file of a source is held against; where its log has lost the last one, the rows that it had. */
async function findReference(trx: Transaction<DB>, source: Source, now: Date): Promise<Reference> {
  const applied = (await listAppliques(trx, source)).map(({ bilan, ...file }) => ({ ...file, ...mesureOf(bilan) }));
  return referenceOf(applied, now) ?? { lignes: source.lignes ?? 0, publiques: null, refusees: 0 };
}

function mesureOf(bilan: unknown): Mesure {
  const { lignes = 0, publiques = 0, refusees = 0, absents = 0 } = BILAN.safeParse(bilan).data ?? {};
  return { lignes, publiques, refusees, absents };
}

/** Why a file waits for a person whatever is in it, as they read it; null where its source applies by itself. */
async function aValider(trx: Transaction<DB>, source: Source, passage: PassageASuivre): Promise<string | null> {
  if (passage.etat === 'colonnes') return 'Dites ce que donnent les colonnes de ce fichier.';
  if (source.validee_le === null || source.pause_le !== null || passage.reglages !== source.reglages)
    return 'L’essai est prêt : regardez-le, puis appliquez.';
  if (await mayImport(trx, source.accord_id)) return null;
  return 'La personne qui avait accepté ces fichiers n’a plus le droit d’importer : regardez l’essai, puis appliquez.';
}

/** Tells what is wrong, unless that was told within the week. */
async function alerter(
  trx: Transaction<DB>,
  source: Source,
  { alerte, message }: { alerte: 'echec' | 'retenu'; message: string | null },
  services: SourcesServices,
): Promise<void> {
  const now = services.now();
  if (!alerteDue(source, alerte, now)) return;
  await updateSourceAlerte(trx, { id: source.id, alerte, now });
  await ecrire(trx, source, { genre: alerte, message }, services);
}

/** Tells that all is well again where people were told that it was not. */
async function rassurer(trx: Transaction<DB>, source: Source, services: SourcesServices): Promise<void> {
  if (source.alerte === null) return;
  await updateSourceAlerte(trx, { id: source.id, alerte: null, now: services.now() });
  await ecrire(trx, source, { genre: 'mieux', message: null }, services);
}

async function ecrire(
  trx: Transaction<DB>,
  { id, nom, par, prevenir }: Source,
  { genre, message }: Pick<SourceCourriel, 'genre' | 'message'>,
  { publicUrl, now }: SourcesServices,
): Promise<void> {
  const courriel = composeSourceCourriel({ genre, nom, message, url: `${publicUrl}/territoire/sources/${id}` });
  for (const a of new Set([par, prevenir])) if (a !== null) await enqueueCourriel(trx, { a, now: now(), ...courriel });
}
