import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { composeCourriel } from '#app/courriels/compose.ts';
import { type LieuLu, readLieu } from '#app/domain/doublons/lecture.ts';
import { parisDay } from '#app/domain/exports.ts';
import { type ListeCode, listeOf, type SourceDeListe } from '#app/domain/labels-verifies.ts';
import { dateOfListe, listeDue, reasonAgainstListe } from '#app/domain/listes-officielles.ts';
import { rapprocher } from '#app/domain/listes-rapprochement.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { FichierIllisible } from '#app/imports/fichier-illisible.ts';
import { readListe } from '#app/imports/liste-officielle.ts';
import { SourceInjoignable, telecharger } from '#app/imports/telechargement.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import { streamLieuxACompare } from '#db/doublons.ts';
import { listCourrielsNationaux } from '#db/export-alertes.ts';
import {
  findListe,
  type ListeLue,
  listLignes,
  listListes,
  lockListe,
  type RapprochementCounts,
  refuseListe,
  replaceLabels,
  replaceListe,
  updateListeInchangee,
} from '#db/listes.ts';
import type { DB } from '#db/types.ts';

export interface ListesRequest {
  sources: readonly SourceDeListe[];
  /** A folder where files may be written. */
  dossier: string;
  /** Origin of the site, for mails. */
  publicUrl: string;
  now: Date;
}

/** What was done of a list. */
export type ListeFaite = {
  code: ListeCode;
  fichier: 'pris' | 'inchange' | 'refuse' | null;
} & Partial<RapprochementCounts>;

/** The largest of the lists has 3 MB. */
const MAX_OCTETS = 64 * 1024 * 1024;

/** Whether a list is to be read or compared now: one short query, where doing it takes a thread of its own. */
export async function areListesDue(db: Kysely<DB>, sources: readonly SourceDeListe[], now: Date): Promise<boolean> {
  if (sources.length === 0) return false;
  const held = new Map((await listListes(db)).map((liste) => [liste.code, liste]));
  return sources.some(({ code, url }) => listeDue(held.get(code), url, now) !== null);
}

/**
 * Reads each official list where that is due, and compares its rows with the lieux. A file that is unreadable or has lost too many
 * of its rows is not taken, and national moderators are told; the one before stays. Cut anywhere, the next call goes on from there.
 */
export async function runListesIfDue(
  db: Kysely<DB>,
  request: ListesRequest & { communes: CommuneIndex },
): Promise<ListeFaite[]> {
  const done: ListeFaite[] = [];
  for (const source of request.sources) {
    const { code, url } = source;
    const due = listeDue(await findListe(db, code), url, request.now);
    if (due === null) continue;
    const fichier = due === 'regarder' ? await regarder(db, source, request) : null;
    const after = await findListe(db, code);
    const counts = after?.lignes != null && listeDue(after, url, request.now) === 'rapprocher';
    done.push({ code, fichier, ...(counts && (await compareListe(db, code, request.now))) });
  }
  return done;
}

/** Takes what the address of a list gives today, where it is to be believed. */
async function regarder(
  db: Kysely<DB>,
  { code, url }: SourceDeListe,
  { dossier, now, communes, publicUrl }: ListesRequest & { communes: CommuneIndex },
): Promise<'pris' | 'inchange' | 'refuse'> {
  const held = await findListe(db, code);
  await mkdir(dossier, { recursive: true });
  const vers = join(dossier, `${code}.${process.pid}.partiel`);
  let sha256: string | null = null;
  try {
    const file = await telecharger({ url, vers, maxOctets: MAX_OCTETS, reseauInterne: true, ...knownOf(held, url) });
    if (file === null) {
      await updateListeInchangee(db, { code, now });
      return 'inchange';
    }
    sha256 = file.sha256;
    const { etag, modifie } = file;
    const { lignes } = await readListe(
      code,
      { bytes: createReadStream(vers), chemin: vers },
      { communes, today: parisDay(now) },
    );
    const reason = reasonAgainstListe({ avant: held?.lignes ?? null, apres: lignes.length });
    if (reason !== null && held?.accepte_sha256 !== sha256) throw new ListeRefusee(reason);
    await db.transaction().execute(async (trx) => {
      await lockListe(trx, code);
      await replaceListe(trx, {
        code,
        url,
        now,
        etag,
        modifie,
        sha256: file.sha256,
        date: dateOfListe(modifie, now),
        lignes,
      });
    });
    return 'pris';
  } catch (error) {
    const refus = refusOf(error);
    if (refus === null) throw error;
    await tellRefus(db, { code, url, now, refus, sha256 }, { held, publicUrl });
    return 'refuse';
  } finally {
    await rm(vers, { force: true });
  }
}

/** What the server need not send again: the file that is kept, of this very address. */
function knownOf(held: ListeLue | undefined, url: string) {
  if (held === undefined || held.url !== url || held.sha256 === null) return {};
  return { dejaLu: { etag: held.etag, modifie: held.modifie, sha256: held.sha256 } };
}

/** A list that is not believed. */
class ListeRefusee extends Error {}

/** Why it is not taken, as the end of a sentence; null for what is wrong here. */
function refusOf(error: unknown): string | null {
  if (error instanceof ListeRefusee) return error.message;
  if (!(error instanceof FichierIllisible || error instanceof SourceInjoignable)) return null;
  const reason = `${error.message.charAt(0).toLowerCase()}${error.message.slice(1).replace(/\.$/, '')}`;
  return error instanceof SourceInjoignable ? `le fichier n’a pas pu être téléchargé (${reason})` : reason;
}

/** Keeps why a file is not taken, and tells who moderates the whole country, once for each reason. */
async function tellRefus(
  db: Kysely<DB>,
  refus: Parameters<typeof refuseListe>[1],
  { held, publicUrl }: { held: ListeLue | undefined; publicUrl: string },
): Promise<void> {
  const { nom } = listeOf(refus.code);
  await db.transaction().execute(async (trx) => {
    await lockListe(trx, refus.code);
    if (!(await refuseListe(trx, refus))) return;
    const kept = held?.date ? 'Celle qui était connue reste en service.' : 'Aucun label n’est vérifié d’après elle.';
    const courriel = composeCourriel({
      objet: `La liste ${nom} n’est pas prise`,
      paragraphs: [`La liste ${nom} publiée aujourd’hui n’est pas prise : ${refus.refus}. ${kept}`],
      action: { label: 'Voir l’état des listes', url: `${publicUrl}/moderation/taches#listes` },
    });
    for (const a of await listCourrielsNationaux(trx)) await enqueueCourriel(trx, { a, now: refus.now, ...courriel });
  });
}

/** Compares the rows of a list with every lieu. About a second of a processor for 20,000 lieux. */
async function compareListe(db: Kysely<DB>, code: ListeCode, now: Date): Promise<RapprochementCounts> {
  const sha256 = (await findListe(db, code))?.sha256;
  const lieux: LieuLu[] = [];
  for await (const page of streamLieuxACompare(db)) for (const lieu of page) lieux.push(readLieu(lieu));
  const trouves = rapprocher(await listLignes(db, code), lieux);
  return db.transaction().execute(async (trx) => {
    await lockListe(trx, code);
    // Its rows are others now: they are compared at the next call.
    if ((await findListe(trx, code))?.sha256 !== sha256) return { lieux: 0, quittes: 0 };
    return replaceLabels(trx, { code, trouves, now });
  });
}
