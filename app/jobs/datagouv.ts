import { createReadStream } from 'node:fs';
import type { Kysely } from 'kysely';
import {
  attenteAvantEssai,
  cibleOf,
  ESSAIS_PAR_JOUR,
  estNomDeFichier,
  estPubliee,
  type Jeu,
  jeuACorriger,
  jeuLu,
  jeuNeuf,
  MARQUE_FICHIER,
  MARQUE_SITE,
  pageDeJeux,
  RESSOURCES,
  type Ressource,
  type RessourceDecrite,
  ressourceDite,
  ressourceLue,
} from '#app/domain/datagouv.ts';
import { nomStandard, parisDay } from '#app/domain/exports.ts';
import type { Settings } from '#app/http/settings.server.ts';
import type { DatagouvSettings } from '#app/http/settings-datagouv.server.ts';
import {
  beginPublicationDatagouv,
  findPublicationDatagouv,
  listRessourcesDatagouv,
  type PublicationDatagouv,
  type RessourceDatagouv,
  updatePublicationDatagouv,
  upsertRessourceDatagouv,
} from '#db/datagouv.ts';
import { type ExportFile, type ExportJour, findExportJour } from '#db/exports.ts';
import { withLockIfFree } from '#db/locks.ts';
import type { DB } from '#db/types.ts';
import { alertDatagouv, phraseOfFaute } from './datagouv-alerte.ts';
import { DatagouvClient, FauteDatagouv } from './datagouv-client.ts';
import { type FichierLocal, withLocalFile } from './datagouv-fichiers.ts';
import type { DepotSettings } from './export-depot.ts';

export interface DatagouvRequest {
  db: Kysely<DB>;
  datagouv: DatagouvSettings;
  /** Where the files of exports lie, and who makes them. */
  settings: DepotSettings & Pick<Settings, 'exportProducteur'>;
  /** Origin of this site: what the dataset says, and the mark by which it is found again. */
  publicUrl: string;
  now: () => Date;
  /** Somebody asks for it: no wait, no count of attempts. */
  force?: boolean;
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface DatagouvResult {
  jour: string;
  jeu_id: string | null;
  /** Names of the files that were sent now; those that were there already are not. */
  envoyes: string[];
  /** Null where everything is there; else why not, as a French sentence. */
  erreur: string | null;
}

/**
 * Publishes the newest export on data.gouv.fr where that is due: one dataset and a resource for each file, found by their ids, else by
 * our marks. What is there is not sent again; cut anywhere, the next call goes on from there. One process at a time. Demonstration
 * exports do not exist for it. Null where there is nothing to do, or somebody is at it.
 */
export async function publierDatagouv(request: DatagouvRequest): Promise<DatagouvResult | null> {
  if ((await findDue(request.db, request)) === null) return null;
  return withLockIfFree(request.db, 'datagouv', async (locked) => {
    const due = await findDue(locked, request);
    return due === null ? null : tryPublication(locked, request, due);
  });
}

interface Due {
  made: ExportJour;
  known: PublicationDatagouv | undefined;
}

async function findDue(db: Kysely<DB>, { datagouv, now, force = false }: DatagouvRequest): Promise<Due | null> {
  const made = await findExportJour(db, { jour: null, demo: false });
  if (made === undefined || made.demo || made.lignes === 0) return null;
  const known = await findPublicationDatagouv(db, cibleOf(datagouv));
  if (force) return { made, known };
  const isThere = known?.publie_jour === made.jour && known.export_fait_le?.getTime() === made.fait_le.getTime();
  if (isThere) return null;
  if (known?.reprise_le && now() < known.reprise_le) return null;
  if (known?.essais_jour === parisDay(now()) && known.essais >= ESSAIS_PAR_JOUR) return null;
  return { made, known };
}

async function tryPublication(locked: Kysely<DB>, request: DatagouvRequest, due: Due): Promise<DatagouvResult> {
  const { datagouv, now, publicUrl, signal } = request;
  const { made, known } = due;
  const cible = cibleOf(datagouv);
  const run = new Publication(locked, request, due);
  try {
    await beginPublicationDatagouv(locked, cible);
    await run.publish();
    await updatePublicationDatagouv(locked, {
      ...{ cible, publie_jour: made.jour, publie_le: now(), export_fait_le: made.fait_le },
      ...{ essais_jour: null, essais: 0, reprise_le: null, erreur: null, erreur_le: null, alerte: null },
    });
    return { jour: made.jour, jeu_id: run.jeuId, envoyes: run.envoyes, erreur: null };
  } catch (error) {
    if (!(error instanceof FauteDatagouv)) throw error;
    const erreur = phraseOfFaute(error);
    const result = { jour: made.jour, jeu_id: run.jeuId, envoyes: run.envoyes, erreur };
    // Our own end is no attempt of theirs.
    if (signal?.aborted) return result;
    const today = parisDay(now());
    const before = known?.essais_jour === today ? known.essais : 0;
    const needsPerson = error.genre !== 'indisponible' && error.genre !== 'incoherent';
    const essais = needsPerson ? ESSAIS_PAR_JOUR : Math.min(before + 1, ESSAIS_PAR_JOUR);
    const wait = attenteAvantEssai(essais, error.attente);
    await updatePublicationDatagouv(locked, {
      ...{ cible, essais_jour: today, essais, erreur, erreur_le: now() },
      reprise_le: needsPerson ? null : new Date(now().getTime() + wait * 1_000),
    });
    if (essais >= ESSAIS_PAR_JOUR)
      await alertDatagouv(locked, { cible, jour: made.jour, erreur, genre: error.genre, publicUrl, now: now() });
    return result;
  }
}

/** One attempt. */
class Publication {
  readonly envoyes: string[] = [];
  readonly #locked: Kysely<DB>;
  readonly #request: DatagouvRequest;
  readonly #made: ExportJour;
  readonly #client: DatagouvClient;
  jeuId: string | null;

  constructor(locked: Kysely<DB>, request: DatagouvRequest, { made, known }: Due) {
    this.#locked = locked;
    this.#request = request;
    this.#made = made;
    this.jeuId = known?.jeu_id ?? null;
    const { datagouv, signal, timeoutMs } = request;
    this.#client = new DatagouvClient({
      ...{ url: datagouv.url, cle: datagouv.cle, signal },
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
  }

  async publish(): Promise<void> {
    let jeu = await this.#findJeu();
    const refused: FauteDatagouv[] = [];
    for (const decrite of RESSOURCES) {
      const file = this.#fileOf(decrite);
      if (file === undefined) continue;
      try {
        jeu = await this.#publishFile(jeu, decrite, file);
      } catch (error) {
        // A file that is not wanted keeps back none of the others.
        if (!(error instanceof FauteDatagouv && error.genre === 'refus')) throw error;
        refused.push(new FauteDatagouv('refus', `${decrite.cle} : ${error.message}`));
      }
    }
    await this.#correctJeu(jeu);
    if (refused[0]) throw refused[0];
    await this.#verify();
  }

  #fileOf({ cle }: RessourceDecrite): ExportFile | undefined {
    return this.#made.fichiers.find(({ nom }) => nom === cle);
  }

  /** The dataset: by the id that is known or set, else by our mark among those of the organisation, else a new one. */
  async #findJeu(): Promise<Jeu> {
    const { datagouv, publicUrl } = this.#request;
    const given = this.jeuId ?? datagouv.jeu;
    const id = given ?? (await this.#findMarked());
    if (id === null) {
      const neuf = jeuNeuf({ organisation: datagouv.organisation, publicUrl, jour: this.#made.jour });
      return this.#keepJeu(await this.#client.json('POST', '/api/1/datasets/', jeuLu, neuf));
    }
    return this.#keepJeu(await this.#readJeu(id));
  }

  async #keepJeu(jeu: Jeu): Promise<Jeu> {
    this.jeuId = jeu.id;
    await updatePublicationDatagouv(this.#locked, { cible: cibleOf(this.#request.datagouv), jeu_id: jeu.id });
    return jeu;
  }

  async #readJeu(id: string): Promise<Jeu> {
    const jeu = await this.#client.json('GET', `/api/1/datasets/${id}/`, jeuLu).catch((error: unknown) => {
      if (!(error instanceof FauteDatagouv && error.genre === 'absent')) throw error;
      throw new FauteDatagouv('absent', `le jeu de données ${id} n’existe pas sur ${this.#request.datagouv.url}`);
    });
    if (jeu.id !== id) throw new FauteDatagouv('incoherent', 'data.gouv.fr a répondu un autre jeu de données');
    // Who may edit it is still shown a dataset that was deleted.
    if (jeu.deleted) throw new FauteDatagouv('supprime', 'le jeu de données a été supprimé');
    return jeu;
  }

  /** The oldest dataset of the organisation that has our mark. */
  async #findMarked(): Promise<string | null> {
    const { datagouv, publicUrl } = this.#request;
    const marked: { id: string; created_at: string }[] = [];
    for (let page = 1; page <= MAX_PAGES; page++) {
      const path = `/api/1/datasets/?organization=${datagouv.organisation}&page=${page}&page_size=100`;
      const { data, next_page } = await this.#client.json('GET', path, pageDeJeux);
      marked.push(...data.filter(({ deleted, extras }) => !deleted && extras?.[MARQUE_SITE] === publicUrl));
      if (!next_page) return marked.sort((a, b) => a.created_at.localeCompare(b.created_at))[0]?.id ?? null;
    }
    // To look no further could make a second one.
    throw new FauteDatagouv(
      'refus',
      'l’organisation a trop de jeux de données pour y chercher le nôtre : donnez DATAGOUV_JEU',
    );
  }

  /** Has the resource of one file hold that file; gives the dataset as it is then. */
  async #publishFile(jeu: Jeu, decrite: RessourceDecrite, file: ExportFile): Promise<Jeu> {
    const known = await this.#knownOf(decrite);
    const found = findRessource(jeu, decrite, known, file);
    for (const { id } of found.restes) await this.#client.remove(`/api/1/datasets/${jeu.id}/resources/${id}/`);
    const kept = jeu.resources.filter((one) => !found.restes.includes(one));
    let { ressource } = found;
    if (ressource && estPubliee(ressource, decrite, file)) {
      await this.#record(decrite, ressource, file);
      return Object.assign({}, jeu, { resources: kept });
    }
    // Sending a file sets the title to its name: the one that people gave is kept, and given back.
    const titre = ressource && !estNomDeFichier(ressource) ? ressource.title : (known?.titre ?? decrite.titre);
    ressource = await withLocalFile(this.#request.settings, file, async (local) =>
      ressource && holds(ressource, { sha1: local.sha1, sha256: file.sha256 })
        ? ressource
        : this.#send(jeu, decrite, file, { ressource, titre, local }),
    );
    ressource = await this.#describe(jeu, decrite, file, { ressource, titre });
    await this.#record(decrite, ressource, file);
    const others = kept.filter(({ id }) => id !== ressource.id);
    return Object.assign({}, jeu, { resources: [...others, ressource] });
  }

  async #knownOf({ cle }: RessourceDecrite): Promise<RessourceDatagouv | undefined> {
    return (await listRessourcesDatagouv(this.#locked)).find((row) => row.cle === cle);
  }

  async #send(
    jeu: Jeu,
    decrite: RessourceDecrite,
    file: ExportFile,
    { ressource, titre, local }: { ressource: Ressource | undefined; titre: string; local: FichierLocal },
  ): Promise<Ressource> {
    const { cle, mime } = decrite;
    const base = `/api/1/datasets/${jeu.id}`;
    const { path, sha1 } = local;
    const { exportProducteur: producteur } = this.#request.settings;
    const nom = nomStandard({ jour: this.#made.jour, producteur, nom: cle, territoire: null });
    // Before anything is sent: an answer that is lost does not make a second resource.
    await upsertRessourceDatagouv(this.#locked, {
      ...{ cle, titre, ressource_id: ressource?.id ?? null },
      ...{ envoi_sha1: sha1, envoi_sha256: file.sha256, envoi_le: this.#request.now() },
    });
    const got = await this.#ask(() =>
      this.#client.upload(
        ressource ? `${base}/resources/${ressource.id}/upload/` : `${base}/upload/`,
        () => ({
          ...{ nom, mime, octets: file.octets },
          bytes: createReadStream(path),
        }),
        ressourceLue,
      ),
    );
    if (ressource && got.id !== ressource.id)
      throw new FauteDatagouv('incoherent', `data.gouv.fr dit avoir reçu ${cle} sous un autre identifiant`);
    if (!holds(got, { sha1, sha256: file.sha256 }) || (got.filesize ?? file.octets) !== file.octets)
      throw new FauteDatagouv(
        'incoherent',
        `data.gouv.fr n’a pas reçu ${cle} tel qu’il est (somme de contrôle différente)`,
      );
    await upsertRessourceDatagouv(this.#locked, { cle, ressource_id: got.id });
    this.envoyes.push(cle);
    return got;
  }

  async #describe(
    jeu: Jeu,
    decrite: RessourceDecrite,
    file: ExportFile,
    { ressource, titre }: { ressource: Ressource; titre: string },
  ): Promise<Ressource> {
    const path = `/api/1/datasets/${jeu.id}/resources/${ressource.id}/`;
    const said = ressourceDite(decrite, { titre, sha256: file.sha256, avant: ressource });
    const got = await this.#ask(() => this.#client.json('PUT', path, ressourceLue, said));
    if (got.id !== ressource.id || !estPubliee(got, decrite, file))
      throw new FauteDatagouv('incoherent', `data.gouv.fr n’a pas gardé la description de ${decrite.cle}`);
    return got;
  }

  /** A resource that somebody deletes meanwhile is made anew at the next attempt. */
  async #ask<T>(action: () => Promise<T>): Promise<T> {
    return action().catch((error: unknown) => {
      if (!(error instanceof FauteDatagouv && error.genre === 'absent')) throw error;
      throw new FauteDatagouv('indisponible', 'une ressource a été retirée pendant l’envoi');
    });
  }

  async #record({ cle }: RessourceDecrite, ressource: Ressource, { sha256 }: ExportFile): Promise<void> {
    const { id: ressource_id, title: titre } = ressource;
    const known = { cle, ressource_id, titre, sha256, jour: this.#made.jour, publie_le: this.#request.now() };
    await upsertRessourceDatagouv(this.#locked, known);
  }

  async #correctJeu(jeu: Jeu): Promise<void> {
    const { publicUrl } = this.#request;
    const changes = jeuACorriger(jeu, { publicUrl, jour: this.#made.jour });
    if (changes) await this.#client.json('PUT', `/api/1/datasets/${jeu.id}/`, jeuLu, changes);
  }

  /** What others see now: answers may say more than was done. */
  async #verify(): Promise<void> {
    const jeu = await this.#readJeu(this.jeuId ?? '');
    for (const decrite of RESSOURCES) {
      const file = this.#fileOf(decrite);
      if (file === undefined) continue;
      const { ressource } = findRessource(jeu, decrite, await this.#knownOf(decrite), file);
      if (!ressource || !estPubliee(ressource, decrite, file))
        throw new FauteDatagouv('incoherent', `data.gouv.fr n’a pas gardé ${decrite.cle}`);
    }
  }
}

/**
 * The resource of a file: by the id that is known, else by its mark, else the one that holds what was sent when an attempt was cut
 * before it could be marked. `restes`: others of those, which an attempt of ours left behind.
 */
function findRessource(
  { resources }: Jeu,
  { cle }: RessourceDecrite,
  known: RessourceDatagouv | undefined,
  file: ExportFile,
): { ressource: Ressource | undefined; restes: Ressource[] } {
  const sums = { sha1: known?.envoi_sha1 ?? null, sha256: known?.envoi_sha256 ?? file.sha256 };
  const unmarked = resources.filter(
    (one) => one.id !== known?.ressource_id && !one.extras?.[MARQUE_FICHIER] && holds(one, sums),
  );
  const ressource =
    resources.find(({ id }) => id === known?.ressource_id) ??
    resources.find(({ extras }) => extras?.[MARQUE_FICHIER] === cle) ??
    unmarked[0];
  const restes = unmarked.filter((one) => one.id !== ressource?.id && isSince(one, known?.envoi_le ?? null));
  return { ressource, restes };
}

/** A hundred datasets a page. */
const MAX_PAGES = 50;

/** Whether its sum is that of the file. The server gives SHA-1 for what it receives; we write SHA-256 in its place. */
function holds({ checksum }: Ressource, { sha1, sha256 }: { sha1: string | null; sha256: string | null }): boolean {
  const expected = checksum?.type === 'sha1' ? sha1 : checksum?.type === 'sha256' ? sha256 : null;
  return expected !== null && checksum?.value === expected;
}

/** Made when we sent it or later; clocks may differ by an hour. */
function isSince({ created_at }: Ressource, since: Date | null): boolean {
  return since !== null && created_at != null && Date.parse(created_at) > since.getTime() - 3_600_000;
}
