import { randomBytes } from 'node:crypto';
import { composeCourriel } from '#app/courriels/compose.ts';
import { grantsRoles, type Roles } from '#app/domain/permissions.ts';
import { DEPARTEMENTS, normalizeText, parseTerritoire, type Territoire } from '#app/domain/territoire.ts';
import { reasonAgainstCourriel } from '#app/domain/valeurs.ts';
import { listEpcis } from '#app/reference/communes.ts';
import { nomOfTerritoire } from '#app/reference/territoires.ts';
import { grantAnimateur, withdrawAnimateur } from '#db/animateurs.ts';
import { enqueueCourriel } from '#db/courriels.ts';
import type { Context } from './context.ts';
import { notFound, requireReviewer } from './guards.server.ts';

/** The roles of someone who gives and withdraws roles; a 404 for the others. */
export async function requireGranting(context: Context, request: Request): Promise<Roles> {
  const roles = await requireReviewer(context, request);
  if (!grantsRoles(roles)) throw notFound();
  return roles;
}

export interface GrantDraft {
  courriel: string;
  organisation: string;
  territoires: string[];
  /** Names of EPCI as typed, one a line. */
  epci: string;
}

export type GrantErrors = Partial<Record<keyof GrantDraft, string>>;

type GrantRead =
  | { ok: true; courriel: string; organisation: string; territoires: Territoire[] }
  | { ok: false; draft: GrantDraft; errors: GrantErrors };

/** Reads the form that gives the role; each thing that is wrong is said at its field. */
export function readGrant(form: FormData): GrantRead {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const draft = {
    courriel: text('courriel'),
    organisation: text('organisation'),
    territoires: form.getAll('territoires').map(String),
    epci: text('epci'),
  };
  const epcis = readEpcis(draft.epci);
  const territoires = [...draft.territoires.flatMap((value) => parseTerritoire(value) ?? []), ...epcis.found];
  const errors: GrantErrors = {};
  if (reasonAgainstCourriel(draft.courriel))
    errors.courriel = 'Écrivez l’adresse de courriel de la personne. Exemple : camille@hub.exemple.fr.';
  if (draft.organisation === '' || draft.organisation.length > 200)
    errors.organisation = 'Écrivez le nom de la structure, en 200 lettres au plus. Exemple : Hub des Landes.';
  if (epcis.unknown.length > 0)
    errors.epci = `${epcis.unknown.join(' ')} Écrivez le nom officiel entier, ou le code SIREN. Exemple : Bordeaux Métropole.`;
  else if (territoires.length === 0 || territoires.length > 120)
    errors.territoires = 'Choisissez au moins un territoire : région, département ou intercommunalité.';
  if (Object.keys(errors).length > 0) return { ok: false, draft, errors };
  return { ok: true, courriel: draft.courriel, organisation: draft.organisation, territoires };
}

function readEpcis(text: string): { found: Territoire[]; unknown: string[] } {
  const found: Territoire[] = [];
  const unknown: string[] = [];
  for (const name of text.split('\n').map((line) => line.trim())) {
    if (name === '') continue;
    const wanted = shortEpci(name);
    const [epci, ...others] = listEpcis().filter(({ code, nom }) => code === name || shortEpci(nom) === wanted);
    const said = `« ${name.slice(0, 80)} »`;
    if (!epci) unknown.push(`Aucune intercommunalité ne s’appelle ${said}.`);
    else if (others.length === 0) found.push({ type: 'epci', code: epci.code });
    else unknown.push(`Plusieurs s’appellent ${said} : ${[epci, ...others].map(({ code }) => code).join(', ')}.`);
  }
  return { found, unknown };
}

/** Its name to compare: « Communauté d’agglomération Pau Béarn Pyrénées » is kept as « CA Pau Béarn Pyrénées ». */
function shortEpci(nom: string): string {
  return normalizeText(nom)
    .replace(/^communaute d ?agglomeration\b/, 'ca')
    .replace(/^communaute de communes\b/, 'cc')
    .replace(/^communaute urbaine\b/, 'cu')
    .replace(/^(ca|cc|cu) (?:de la|de l|du|des|de|d) /, '$1 ');
}

/** Gives the role and tells the person, in one transaction. */
export async function grant(
  { db, now, settings }: Context,
  { utilisateurId }: Roles,
  asked: { courriel: string; organisation: string; territoires: Territoire[] },
): Promise<void> {
  const at = now();
  const id = randomBytes(15).toString('base64url');
  await db.transaction().execute(async (trx) => {
    await grantAnimateur(trx, { ...asked, id, par: utilisateurId, now: at });
    await enqueueCourriel(trx, {
      a: asked.courriel.toLowerCase(),
      now: at,
      ...composeCourriel({
        objet: 'Vous animez un territoire dans Lieu à jour',
        paragraphs: [
          `Vous pouvez maintenant, au nom de ${asked.organisation}, relire les modifications des fiches de votre territoire, répondre aux signalements et corriger les fiches que personne ne tient.`,
        ],
        facts: [{ label: 'Territoire', value: asked.territoires.map(nomOfTerritoire).join(', ') }],
        action: { label: 'Ouvrir mon territoire', url: `${settings.publicUrl}/territoire` },
        notes: ['Connectez-vous avec cette adresse de courriel : il n’y a pas de mot de passe.'],
      }),
    });
  });
}

/** Withdraws the role and tells the person, in one transaction; false where they do not have it. */
export async function withdraw({ db, now, settings }: Context, roles: Roles, utilisateurId: string): Promise<boolean> {
  const at = now();
  return db.transaction().execute(async (trx) => {
    const person = await withdrawAnimateur(trx, { utilisateurId, par: roles.utilisateurId, now: at });
    if (!person) return false;
    const mail = composeCourriel({
      objet: 'Vous n’animez plus de territoire dans Lieu à jour',
      paragraphs: ['Un modérateur national a retiré votre rôle d’animation. Ce que vous avez fait reste enregistré.'],
      action: { label: 'Demander pourquoi', url: `${settings.publicUrl}/aide#contact` },
    });
    await enqueueCourriel(trx, { a: person.courriel, now: at, ...mail });
    return true;
  });
}

/** The départements of the form's boxes, by name. */
export function departementChoices() {
  return DEPARTEMENTS.map(({ code, nom }) => ({ value: `departement:${code}`, label: `${nom} (${code})` })).sort(
    (a, b) => a.label.localeCompare(b.label, 'fr'),
  );
}
