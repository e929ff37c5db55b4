import { redirect } from '@remix-run/node';
import { grantsRoles, type Roles } from '#app/domain/permissions.ts';
import { canOnSource, publicUrlOf, type SourceSaisie } from '#app/domain/sources.ts';
import { readColonnesChoisies } from '#app/domain/tableau/profil.ts';
import { formatTerritoire, parseTerritoire } from '#app/domain/territoire.ts';
import { BILAN } from '#app/imports/bilan.ts';
import { nomOfTerritoire, nomsDesTerritoires } from '#app/reference/territoires.ts';
import { listProfils } from '#db/import-depots.ts';
import { appliquerDepot, findPassageEnAttente, listDerniersPassages, listPassages } from '#db/source-passages.ts';
import {
  deleteSource,
  demanderLecture,
  findSource,
  insertSource,
  listSources,
  oublierColonnes,
  pauseSource,
  reprendreSource,
  type Source,
  type Titulaire,
  updateSource,
} from '#db/sources.ts';
import type { Context } from './context.ts';
import { notFound, requireReviewer } from './guards.server.ts';
import { annuler } from './imports.server.ts';

/** A source that the asker may see and change, with their roles; a 404 where there is none. */
export async function requireSource(context: Context, request: Request, id: string | undefined) {
  const roles = await requireReviewer(context, request);
  const source = /^\d{1,9}$/.test(id ?? '') ? await findSource(context.db, Number(id)) : undefined;
  if (!source || !canOnSource(roles, source)) throw notFound();
  return { roles, source };
}

/** The sources that somebody sees, each with the last line of its log. */
export async function listSourcesView({ db }: Context, roles: Roles) {
  const { utilisateurId, animation } = roles;
  const organisation = animation?.organisation ?? '';
  const all = await listSources(db, { utilisateurId, organisation, tous: grantsRoles(roles) });
  const seen = all.filter((source) => canOnSource(roles, source));
  const last = new Map(
    (
      await listDerniersPassages(
        db,
        seen.map(({ id }) => id),
      )
    ).map(({ source_id, ...passage }) => [source_id, passage]),
  );
  return seen.map(({ id, nom, url, jour, par, pause_le, alerte, validee_le }) => ({
    ...{
      id,
      nom,
      jour,
      par,
      alerte,
      adresse: publicUrlOf(url),
      pause: pause_le !== null,
      validee: validee_le !== null,
    },
    dernier: last.get(id) ?? null,
  }));
}

/** All that the page of one source shows. */
export async function readSourceView({ db }: Context, roles: Roles, source: Source) {
  const { id, nom, jour, complet, par, prevenir, pause_le, pause_motif, alerte, demandee_le, validee_le } = source;
  const [passages, attente] = await Promise.all([listPassages(db, id), findPassageEnAttente(db, id)]);
  return {
    ...{ id, nom, jour, complet, par, prevenir, pause_le, pause_motif, alerte },
    adresse: publicUrlOf(source.url),
    validee: validee_le !== null,
    territoire: nomsOf(source.territoires),
    mien: nomsDesTerritoires(roles).join(', '),
    enCours: demandee_le !== null || passages.some(({ depot_etat }) => EN_TRAVAIL.includes(depot_etat ?? '')),
    lue: passages.length > 0,
    dernierMessage: passages[0]?.message ?? null,
    attente: attente
      ? { depot: attente.depot, etat: attente.etat, resultat: attente.resultat, message: attente.message }
      : null,
    passages: passages.map(({ bilan, lot_id, lot_etat, depot_etat, ...passage }) => ({
      ...passage,
      // A file that has given way to another has no page any more.
      depot_id: depot_etat === 'abandonne' ? null : passage.depot_id,
      lot: lot_id,
      annule: lot_etat === 'annule',
      bilan: bilan === null ? null : countsOf(bilan),
    })),
  };
}

const EN_TRAVAIL = ['analyse', 'simulation', 'application'];

export type SourceView = Awaited<ReturnType<typeof readSourceView>>;
export type PassageView = SourceView['passages'][number];

function countsOf(bilan: unknown) {
  const read = BILAN.safeParse(bilan).data;
  if (!read) return null;
  const { lignes, nouvelles, modifiees, inchangees, a_completer, refusees, absents } = read;
  return { lignes, nouvelles, modifiees, inchangees, a_completer, refusees, absents };
}

function nomsOf(territoires: readonly string[]): string {
  const known = territoires.map(parseTerritoire).filter((territoire) => territoire !== null);
  return known.length === 0 ? 'Toute la France' : known.map(nomOfTerritoire).join(', ');
}

/** What one said of columns before, to choose from. */
export async function listProfilsView({ db }: Context, { utilisateurId }: Roles) {
  const profils = await listProfils(db, utilisateurId);
  return profils.map(({ cle, source, colonnes }) => {
    const read = readColonnesChoisies(colonnes).filter(([, champ]) => champ !== null);
    const names = read.slice(0, 3).map(([name]) => name.trim());
    return { value: cle, label: `${source ?? 'Sans nom de source'} : ${names.join(', ')}… (${read.length} colonnes)` };
  });
}

const MAX_SOURCES = 50;

/** Keeps a new source; null where somebody has as many as one may. */
export async function createSource(context: Context, roles: Roles, saisie: SourceSaisie): Promise<number | null> {
  const { db, now } = context;
  const titulaire = titulaireOf(roles);
  const { utilisateurId, organisation } = titulaire;
  const own = (await listSources(db, { utilisateurId, organisation, tous: false })).filter(
    (source) => source.utilisateur_id === utilisateurId,
  );
  if (own.length >= MAX_SOURCES) return null;
  const { url, nom, rythme, contenu, prevenir } = saisie;
  const colonnes = (await colonnesOf(context, roles, saisie)) ?? [];
  return insertSource(db, {
    ...titulaire,
    ...{ url, nom, jour: rythme, complet: contenu, prevenir, colonnes, now: now() },
  });
}

export async function changeSource(
  context: Context,
  roles: Roles,
  { id, saisie }: { id: number; saisie: SourceSaisie },
): Promise<void> {
  const { url, nom, rythme, contenu, prevenir } = saisie;
  const colonnes = await colonnesOf(context, roles, saisie);
  const { utilisateurId } = roles;
  await updateSource(context.db, {
    ...{ id, utilisateurId, url, nom, jour: rythme, complet: contenu, prevenir },
    colonnes,
  });
}

async function colonnesOf({ db }: Context, { utilisateurId }: Roles, { profil }: SourceSaisie) {
  if (profil === undefined) return undefined;
  return (await listProfils(db, utilisateurId)).find(({ cle }) => cle === profil)?.colonnes;
}

/** For whom a source is: the territories that their files are kept to, none for the whole country. */
function titulaireOf({ utilisateurId, moderation, animation }: Roles): Titulaire {
  const departements = (moderation?.departements ?? []).map((code) => `departement:${code}`);
  const territoires = [...departements, ...(animation?.territoires ?? []).map(formatTerritoire)];
  const everywhere = moderation !== null && moderation.departements === null;
  return { utilisateurId, organisation: animation?.organisation ?? '', territoires: everywhere ? [] : territoires };
}

/** What the buttons of a source's page do. Each gives the word that the next page says it with; what is late does nothing. */
export async function actOnSource(context: Context, roles: Roles, source: Source, form: FormData): Promise<string> {
  const { db } = context;
  const { id } = source;
  const now = context.now();
  switch (String(form.get('intent') ?? '')) {
    case 'lire':
      if ((await context.limits.measure('importFichier', roles.utilisateurId)).exceeded) return 'patience';
      await demanderLecture(db, { id, now });
      return '';
    case 'appliquer': {
      const waiting = await findPassageEnAttente(db, id);
      // Only the very file that was before their eyes.
      if (!waiting || waiting.depot !== form.get('depot')) return 'tard';
      const moved = await appliquerDepot(db, { id: waiting.depot, utilisateurId: roles.utilisateurId, now });
      return moved ? 'appliquer' : 'tard';
    }
    case 'annuler': {
      const passage = (await listPassages(db, id)).find((line) => String(line.id) === form.get('passage'));
      return passage?.lot_id == null ? '' : annuler(context, roles, passage.lot_id);
    }
    case 'colonnes':
      await oublierColonnes(db, id);
      await demanderLecture(db, { id, now });
      return '';
    case 'pause':
      await pauseSource(db, { id, motif: 'personne', now });
      return '';
    case 'reprise':
      if (source.pause_motif !== 'role') await pauseSource(db, { id, motif: null, now });
      return '';
    case 'reprendre':
      await reprendreSource(db, { id, ...titulaireOf(roles) });
      return '';
    case 'supprimer':
      await deleteSource(db, { id, now });
      throw redirect('/territoire/sources?fait=supprimee');
    default:
      return '';
  }
}
