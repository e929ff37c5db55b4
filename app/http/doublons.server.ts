import type { Params } from '@remix-run/react';
import type { FicheOfPaire } from '#app/components/doublon.tsx';
import {
  type Choix,
  type Difference,
  differencesOf,
  type FicheAFusionner,
  gardeParDefaut,
  mergedValues,
  readChoix,
} from '#app/domain/doublons/fusion.ts';
import { CERTAIN } from '#app/domain/doublons/score.ts';
import { localDay } from '#app/domain/horaires/opening.ts';
import { lusOfPermanences } from '#app/domain/horaires-lus.ts';
import { canOnLieu, type Roles } from '#app/domain/permissions.ts';
import { decideDoublon, findDoublon, reopenDoublon } from '#db/doublons.ts';
import { type Fiche, isPublic, listFiches, valuesOf } from '#db/fiches.ts';
import { annulerFusion, confirmationsOf, FusionRefusee, fusionnerLieux } from '#db/fusions.ts';
import type { Context } from './context.ts';
import { lieuIdOf, lieuSegment } from './fiche-path.ts';
import { notFound, requireReviewer } from './guards.server.ts';

/** What deciding needs of the process. */
type DoublonServices = Pick<Context, 'db' | 'now' | 'communes'>;

/** Two fiches that may be one lieu, as a page shows them. */
export interface PaireVue {
  /** The address of the page where it is decided. */
  path: string;
  certain: boolean;
  raisons: string[];
  a: FicheVue;
  b: FicheVue;
  differences: Difference[];
  garde: 'a' | 'b';
}

interface FicheVue extends FicheOfPaire {
  version: number;
}

/** A pair with its two fiches. */
export function paireVue(paire: { score: number; raisons: string[] }, a: Fiche, b: Fiche): PaireVue {
  return {
    path: pairePath({ lieu_id: a.id, autre_id: b.id }),
    certain: paire.score >= CERTAIN,
    raisons: paire.raisons,
    a: ficheVue(a),
    b: ficheVue(b),
    differences: differencesOf(aFusionner(a), aFusionner(b)),
    garde: gardeParDefaut({ ...a, claimed: a.structure_id !== null }, { ...b, claimed: b.structure_id !== null }),
  };
}

/** The address of the page of a pair. */
export function pairePath({ lieu_id, autre_id }: { lieu_id: string; autre_id: string }): string {
  return `/moderation/doublons/${lieuSegment(lieu_id)}/${lieuSegment(autre_id)}`;
}

interface Paire {
  roles: Roles;
  a: Fiche;
  b: Fiche;
}

/** The two fiches of an address, whatever is decided of them, or a 404 for who does not review both. */
export async function loadPaire(context: Context, request: Request, params: Params): Promise<Paire> {
  const roles = await requireReviewer(context, request);
  const [lieuId, autreId] = [lieuIdOf(params.lieuId), lieuIdOf(params.autreId)];
  if (!areInOrder(lieuId, autreId)) throw notFound();
  const fiches = await listFiches(context.db, [lieuId, autreId]);
  const [a, b] = [fiches.get(lieuId), fiches.get(autreId)];
  if (!a || !b || !canOnLieu(roles, 'moderer', a) || !canOnLieu(roles, 'moderer', b)) throw notFound();
  return { roles, a, b };
}

/** A pair has one address: its ids in the order of their bytes, as its row has them. */
function areInOrder(lieuId: string, autreId: string): boolean {
  return Buffer.compare(Buffer.from(lieuId), Buffer.from(autreId)) < 0;
}

/** The open pair that they are; undefined once it is decided. */
export async function findOpenPaire({ db }: DoublonServices, { roles, a, b }: Paire): Promise<PaireVue | undefined> {
  const paire = await findDoublon(db, { roles, lieuId: a.id, autreId: b.id });
  return paire && paireVue(paire, a, b);
}

/** What a person sent, read; null where it asks for nothing. */
export type Demande =
  | { intent: 'distinct' | 'defaire' | 'rouvrir' }
  | { intent: 'fusionner'; garde: 'a' | 'b'; versions: { a: number; b: number }; get(name: string): unknown };

/** Reads the form of a pair. */
export function readDemande(form: FormData): Demande | null {
  const intent = form.get('intent');
  if (intent === 'distinct' || intent === 'defaire' || intent === 'rouvrir') return { intent };
  const garde = form.get('garde');
  if (intent !== 'fusionner' || (garde !== 'a' && garde !== 'b')) return null;
  const versions = { a: Number(form.get('version.a')), b: Number(form.get('version.b')) };
  return { intent, garde, versions, get: (name) => form.get(name) };
}

/** Does what was asked; gives the sentence against it where it could not be done, and nothing was written. */
export async function decidePaire(
  { db, now, communes }: DoublonServices,
  { roles, a, b }: Paire,
  demande: Demande,
): Promise<string | null> {
  const instant = now();
  const writing = { now: instant, today: localDay(instant, a.fuseau), communes };
  const paire = { lieuId: a.id, autreId: b.id };
  try {
    await db.transaction().execute(async (trx) => {
      switch (demande.intent) {
        case 'distinct': {
          const decision = { ...paire, etat: 'distinct' as const, roles, now: instant };
          if (!(await decideDoublon(trx, decision))) throw new FusionRefusee('disparue');
          return;
        }
        case 'rouvrir':
          if (!(await reopenDoublon(trx, { ...paire, roles, etat: 'distinct' }))) throw new FusionRefusee('disparue');
          return;
        case 'defaire':
          return annulerFusion(trx, { paire, roles, writing });
        case 'fusionner': {
          const differences = differencesOf(aFusionner(a), aFusionner(b));
          const choix = readChoix(differences, demande.get);
          return fusionnerLieux(trx, {
            paire,
            garde: demande.garde === 'a' ? a.id : b.id,
            values: mergedValues(valuesOf(a), valuesOf(b), differences, choix),
            versions: new Map([
              [a.id, demande.versions.a],
              [b.id, demande.versions.b],
            ]),
            roles,
            writing,
          });
        }
      }
    });
    return null;
  } catch (error) {
    if (error instanceof FusionRefusee) return REFUS[error.raison];
    throw error;
  }
}

const REFUS: Readonly<Record<FusionRefusee['raison'], string>> = {
  disparue: 'Cette paire a changé d’état : quelqu’un d’autre vient peut-être de la traiter.',
  changee: 'Une des deux fiches a changé pendant que vous regardiez : relisez-les avant de fusionner.',
  rendez_vous:
    'La fiche qui disparaîtrait prend des rendez-vous sur ce site, ou en a de prévus : choisissez de garder celle-là.',
  a_relire: 'Une modification attend d’être relue sur la fiche qui disparaîtrait : relisez-la d’abord.',
  structures:
    'Ces deux fiches ont chacune leur structure responsable : mettez-vous d’accord avec elles avant de fusionner.',
};

/** What was chosen, to be shown again. */
export function chosenOf(differences: readonly Difference[], get: (name: string) => unknown): Record<string, Choix> {
  return Object.fromEntries(readChoix(differences, get));
}

function aFusionner(fiche: Fiche): FicheAFusionner {
  const valeurs = valuesOf(fiche);
  const lus = lusOfPermanences(valeurs.permanences, fiche.permanences_lues);
  return { valeurs, confirmees: confirmationsOf(fiche), lus };
}

function ficheVue(fiche: Fiche): FicheVue {
  const { id, nom, commune, departement, source, date_maj, version, structure_id } = fiche;
  return {
    id,
    nom,
    commune,
    departement,
    source,
    date_maj,
    version,
    claimed: structure_id !== null,
    isPublic: isPublic(fiche),
  };
}
