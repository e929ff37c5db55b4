import { createReadStream, type ReadStream } from 'node:fs';
import type { Kysely } from 'kysely';
import { isReviewer, type Roles, reachesAnything } from '#app/domain/permissions.ts';
import { territoiresOfSource } from '#app/domain/sources.ts';
import { type ChoixColonnes, cleOfColonne, recogniseColonnes } from '#app/domain/tableau/colonnes.ts';
import { type ColonneChoisie, readColonnesChoisies, toChoix } from '#app/domain/tableau/profil.ts';
import { isStandard, proposerColonnes } from '#app/domain/tableau/proposition.ts';
import type { CommuneIndex } from '#app/domain/territoire.ts';
import { type BilanMontre, Releve } from '#app/imports/bilan.ts';
import {
  cleOfEntete,
  fichierOfDepot,
  lastWrittenOfDepot,
  listFolders,
  rapportOfDepot,
  removeFichier,
  removeFolder,
  removeRapportsPartiels,
} from '#app/imports/depots.ts';
import { FichierIllisible } from '#app/imports/fichier-illisible.ts';
import { type Bilan, importFichier } from '#app/imports/importer.ts';
import { readApercu } from '#app/imports/lecture.ts';
import type { Auteur } from '#app/imports/portee.ts';
import { Rapport } from '#app/imports/rapport.ts';
import { nomOfTerritoire, nomsDesTerritoires } from '#app/reference/territoires.ts';
import {
  abandonnerVieuxDepots,
  DEPOT_FINI,
  type DepotAFaire,
  deleteOldDepots,
  findProfil,
  listDepotsAFaire,
  listEtatsDeDepots,
  passerDepot,
  updateProgres,
  withDepot,
} from '#db/import-depots.ts';
import { findSourceOfDepot } from '#db/source-passages.ts';
import type { DB } from '#db/types.ts';
import { findRoles } from '#db/utilisateurs.ts';

export interface ImportsServices {
  db: Kysely<DB>;
  dataDir: string;
  communes: CommuneIndex;
  now: () => Date;
}

/** A file that the process did not survive so many times is left alone. */
const MAX_ESSAIS = 4;
const JOURS_GARDES = 14;

/**
 * Does what waits: reads the beginning of new files, tries those whose columns are known, applies those that somebody wants. Each
 * step is whole or not at all, and begins again where the process was killed. Gives how many steps were done; throws what went
 * wrong with one file once the others are done.
 */
export async function traiterDepots(services: ImportsServices): Promise<number> {
  let done = 0;
  const left = new Set<string>();
  let failure: unknown;
  for (;;) {
    const [id] = (await listDepotsAFaire(services.db)).filter((waiting) => !left.has(waiting));
    if (id === undefined && failure !== undefined) throw failure;
    if (id === undefined) return done;
    try {
      const worked = await withDepot(services.db, id, (depot) => traiter(depot, services));
      if (worked) done += 1;
      else left.add(id);
    } catch (error) {
      // The other files are not held up by this one.
      left.add(id);
      failure ??= error;
    }
  }
}

async function traiter(depot: DepotAFaire, services: ImportsServices): Promise<true> {
  const { db, dataDir, now } = services;
  const refuse = async (erreur: string): Promise<true> => {
    const moved = await passerDepot(db, { id: depot.id, de: etatOf(depot), vers: 'refuse', erreur, now: now() });
    if (moved) await removeFichier(dataDir, depot.id);
    return true;
  };
  if (depot.essais > MAX_ESSAIS) {
    return refuse(
      'Ce fichier n’a pas pu être traité jusqu’au bout. Réessayez avec un fichier plus petit, ou écrivez-nous.',
    );
  }
  try {
    if (depot.etat === 'analyse') await analyser(depot, services);
    else await importer(depot, services);
    return true;
  } catch (error) {
    if (error instanceof FichierIllisible) return refuse(error.message);
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return refuse('Ce fichier n’est plus sur le serveur : déposez-le de nouveau.');
    throw error;
  }
}

function etatOf({ etat }: DepotAFaire): 'analyse' | 'simulation' | 'application' {
  return etat === 'simulation' || etat === 'application' ? etat : 'analyse';
}

/** Opens a file for as long as `read` lasts: one that is not read to its end is closed too. */
async function withFichier<T>(
  { id }: DepotAFaire,
  dataDir: string,
  read: (source: { bytes: ReadStream; chemin: string }) => Promise<T>,
): Promise<T> {
  const chemin = fichierOfDepot(dataDir, id);
  const bytes = createReadStream(chemin);
  try {
    return await read({ bytes, chemin });
  } finally {
    bytes.destroy();
  }
}

/** What the columns are: already known, or to be asked with what they seem to be. */
async function analyser(depot: DepotAFaire, { db, dataDir, now }: ImportsServices): Promise<void> {
  const { id, utilisateur_id: utilisateurId } = depot;
  const { format, entete, rangees } = await withFichier(depot, dataDir, readApercu);
  const origine = await findSourceOfDepot(db, id);
  const fixees = readColonnesChoisies(origine?.colonnes);
  const asked = readColonnesChoisies(depot.colonnes).length > 0;
  const passage = { id, de: 'analyse' as const, format, now: now() };
  if (fixees.length > 0 && !asked) {
    const colonnes = toutesLesColonnes(entete, toChoix(fixees));
    exigeColonnes(entete, fixees);
    await passerDepot(db, { ...passage, vers: 'simulation', colonnes });
    return;
  }
  const profil = await findProfil(db, { utilisateurId, cle: cleOfEntete(entete) });
  const choix = toChoix([...readColonnesChoisies(profil?.colonnes), ...readColonnesChoisies(depot.colonnes)]);
  const own = profil?.utilisateur_id === utilisateurId;
  const named = entete.filter((colonne) => cleOfColonne(colonne) !== '');
  const source = depot.source ?? (own ? (profil?.source ?? null) : null);
  const sourced = source !== null || recogniseColonnes(entete, choix).fields.includes('source');
  if (!asked && sourced && isStandard(entete, choix) && (choix.size === 0 || own)) {
    const colonnes = origine
      ? toutesLesColonnes(entete, choix)
      : named.filter((name) => choix.has(cleOfColonne(name))).map((name) => [name, choix.get(cleOfColonne(name))]);
    await passerDepot(db, { ...passage, vers: 'simulation', colonnes, source });
  } else
    await passerDepot(db, { ...passage, vers: 'colonnes', source, colonnes: proposerColonnes(entete, rangees, choix) });
}

/** What each column gives, those of the standard too: the next file of a source is held against it. */
function toutesLesColonnes(entete: readonly string[], choix: ChoixColonnes): ColonneChoisie[] {
  const { fields } = recogniseColonnes(entete, choix);
  return entete
    .map((name, index): ColonneChoisie => [name, fields[index] ?? null])
    .filter(([name]) => cleOfColonne(name) !== '');
}

/** @throws {FichierIllisible} where a file has lost a column of those before it: its lieux would lose that value. */
function exigeColonnes(entete: readonly string[], fixees: readonly ColonneChoisie[]): void {
  const there = new Set(entete.map(cleOfColonne));
  const lost = fixees.filter(([name, champ]) => champ !== null && !there.has(cleOfColonne(name)));
  if (lost.length === 0) return;
  const names = lost.slice(0, 5).map(([name]) => `« ${name.trim()} »`);
  const more = lost.length > names.length ? ` et ${lost.length - names.length} autres` : '';
  throw new FichierIllisible(
    `Les colonnes de ce fichier ne sont pas celles attendues : il n’a pas ${names.join(', ')}${more}. Rien n’a été appliqué.`,
  );
}

/** Tries a file, or applies it: the same reading, the same rules, and nothing written when it is tried. */
async function importer(depot: DepotAFaire, services: ImportsServices): Promise<void> {
  const { db, dataDir, communes, now } = services;
  const { id, utilisateur_id: utilisateurId, fichier, octets } = depot;
  const simuler = depot.etat === 'simulation';
  const auteur = await findAuteur(depot, services);
  const progres = createProgres(db, id, octets);
  const releve = new Releve();
  const rapport = await Rapport.create(rapportOfDepot(dataDir, id));
  try {
    const counts = await withFichier(depot, dataDir, ({ bytes, chemin }) =>
      importFichier(db, {
        bytes: progres.counting(bytes),
        chemin,
        fichier,
        source: depot.source,
        complet: depot.complet,
        choix: toChoix(readColonnesChoisies(depot.colonnes)),
        simuler,
        auteur,
        lancePar: utilisateurId,
        communes,
        now: now(),
        onRapport(ligne) {
          rapport.add(ligne);
          releve.addRapport(ligne);
        },
        onIssue: (...issue) => releve.addIssue(...issue),
        onAbsents(lieux) {
          releve.absents = [...lieux];
        },
        onProgress: progres.say,
        // The state of the file moves with the lieux, in one transaction: killed anywhere, both did or neither.
        async onApplique(trx, counts) {
          await progres.end();
          await rapport.end();
          const passage = { id, de: 'application', vers: 'applique', now: now() } as const;
          const applied = await passerDepot(trx, { ...passage, lotId: counts.lotId, bilan: bilanOf(counts, releve) });
          if (!applied) throw new Error(`the file ${id} was taken away meanwhile`);
        },
      }),
    );
    await progres.end();
    if (simuler) {
      await rapport.end();
      const bilan = bilanOf(counts, releve);
      await passerDepot(db, { id, de: 'simulation', vers: 'simule', bilan, now: now() });
    } else await removeFichier(dataDir, id);
  } catch (error) {
    await rapport.abandon();
    throw error;
  }
}

function bilanOf(
  counts: Bilan,
  { exemples, absents, refus, carte, changees, proposees, sansPosition }: Releve,
): BilanMontre {
  const { lignes, publiques, a_completer, refusees, doublons, nouvelles, modifiees, inchangees } = counts;
  return {
    ...{ lignes, publiques, a_completer, refusees, doublons, nouvelles, modifiees, inchangees },
    ...{ absents: counts.absents, revenus: counts.revenus },
    ...{ hors_ligne: counts.hors_ligne, videes: counts.videes, depubliees: counts.depubliees },
    ...{ changees, proposees, sans_position: sansPosition, exemples, refus, carte },
    absents_exemples: absents,
  };
}

/**
 * Whose territory a file is kept to, as it is now: a role that was withdrawn meanwhile applies nothing. The file of a source is kept
 * to the territory that its colleagues see it for, and to what whoever answers for it may do.
 * @throws {FichierIllisible} where a person of it may not import any more, or nothing is left of the territory
 */
async function findAuteur(depot: DepotAFaire, { db, communes }: ImportsServices): Promise<Auteur> {
  const own = await findReviewer(db, depot.utilisateur_id);
  if (own === null) throw new FichierIllisible('Le compte qui a déposé ce fichier n’a plus le droit d’importer.');
  const source = await findSourceOfDepot(db, depot.id);
  if (!source) {
    const portee = { roles: [own], territoires: null };
    return { portee, territoire: nomsDesTerritoires(own).join(', ') };
  }
  const garant = source.accord_id === own.utilisateurId ? own : await findReviewer(db, source.accord_id);
  // Without one a file may still be tried: somebody looks at it before it is applied.
  if (garant === null && depot.etat !== 'simulation') throw new FichierIllisible(SANS_GARANT);
  const territoires = territoiresOfSource(source);
  const portee = { roles: garant === null || garant === own ? [own] : [own, garant], territoires };
  if (!reachesAnything(portee, communes)) throw new FichierIllisible(SANS_TERRITOIRE);
  const noms = territoires?.map(nomOfTerritoire) ?? nomsDesTerritoires(own);
  return { portee, territoire: noms.join(', ') };
}

const SANS_GARANT =
  'La personne qui avait accepté les fichiers de cette source n’a plus le droit d’importer. À la prochaine lecture, regardez l’essai, puis appliquez.';
const SANS_TERRITOIRE =
  'La personne qui a déclaré cette source n’a plus de droits sur son territoire. Reprenez la source à votre nom, ou déclarez-la de nouveau.';

async function findReviewer(db: Kysely<DB>, utilisateurId: string | null): Promise<Roles | null> {
  const roles = utilisateurId === null ? null : await findRoles(db, utilisateurId);
  return roles && isReviewer(roles) ? roles : null;
}

const EVERY_MS = 500;

/** Tells now and then, on a connection of its own, how far an import is; never two things at once, never after `end`. */
function createProgres(db: Kysely<DB>, id: string, octets: number) {
  let last = 0;
  let read = 0;
  let lignes = 0;
  let telling: Promise<void> = Promise.resolve();
  let ended = false;
  const tell = (etape: 'lecture' | 'ecriture', fait: number, total: number) => {
    if (ended || Date.now() - last < EVERY_MS) return;
    last = Date.now();
    // What is shown of the progress is no reason to stop.
    telling = telling.then(() => updateProgres(db, { id, etape, fait, total }).catch(() => undefined));
  };
  return {
    async *counting(bytes: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
      for await (const chunk of bytes) {
        read += chunk.length;
        tell('lecture', read, octets);
        yield chunk;
      }
    },
    say(etape: 'lecture' | 'ecriture', done: number): void {
      if (etape === 'lecture') lignes = done;
      tell(etape, etape === 'lecture' ? read : done, etape === 'lecture' ? octets : lignes);
    },
    async end(): Promise<void> {
      ended = true;
      await telling;
    },
  };
}

const JOUR_MS = 86_400_000;

/**
 * What nobody goes on with, and what is left on the disk of files that are done with, goes; reports stay as long as the row of their
 * file. A folder has no row while its file is being received: it goes only where nothing was written in it for a day.
 */
export async function purgerDepots(db: Kysely<DB>, dataDir: string, now: Date): Promise<void> {
  await abandonnerVieuxDepots(db, { now, jours: JOURS_GARDES });
  for (const id of await deleteOldDepots(db, now)) await removeFolder(dataDir, id);
  const folders = await listFolders(dataDir);
  const etats = await listEtatsDeDepots(db, folders);
  for (const id of folders) {
    const etat = etats.get(id);
    if (etat === undefined) await removeForgotten(dataDir, id, now);
    // Nobody sees the page of what was given up.
    else if (etat === 'abandonne') await removeFolder(dataDir, id);
    else {
      await removeRapportsPartiels(dataDir, id, new Date(now.getTime() - JOUR_MS));
      if (DEPOT_FINI.some((fini) => fini === etat)) await removeFichier(dataDir, id);
    }
  }
}

async function removeForgotten(dataDir: string, id: string, now: Date): Promise<void> {
  const last = await lastWrittenOfDepot(dataDir, id);
  if (last !== null && now.getTime() - last.getTime() > JOUR_MS) await removeFolder(dataDir, id);
}
