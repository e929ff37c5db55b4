import { formatInstant, formatTelephone } from '#app/components/format.ts';
import { MODALITE_LABELS, type Modalite } from '#app/domain/creneaux/modalites.ts';
import { composeCourriel } from './compose.ts';

/** What the mails of an appointment tell. */
export interface RendezVousAnnonce {
  nom: string | null;
  courriel: string | null;
  debut: Date;
  modalite: Modalite;
  prestation: string;
  consignes: string | null;
  lien_visio: string | null;
  lieu_nom: string | null;
  adresse: string | null;
  complement_adresse: string | null;
  code_postal: string | null;
  commune: string | null;
  lieu_telephone: string | null;
  fuseau: string;
}

/** The mail that confirms an appointment, with the private link that shows and cancels it. */
export function courrielPris(rendezVous: RendezVousAnnonce & { courriel: string }, { url }: { url: string }) {
  const { debut, fuseau, lieu_nom, consignes, lien_visio, modalite } = rendezVous;
  return {
    a: rendezVous.courriel,
    ...composeCourriel({
      objet: `Votre rendez-vous du ${formatInstant(debut, fuseau)}`,
      paragraphs: [`Votre rendez-vous est pris${lieu_nom ? ` avec ${lieu_nom}` : ''}.`],
      facts: [
        ...factsOf(rendezVous),
        ...(modalite === 'visio' && lien_visio ? [{ label: 'Lien de la visio', value: lien_visio }] : []),
        ...(consignes ? [{ label: 'À savoir', value: consignes }] : []),
      ],
      action: { label: 'Voir ou annuler mon rendez-vous', url },
      notes: [
        'Vous ne pouvez plus venir ? Annulez avec ce lien : la place servira à quelqu’un d’autre.',
        'Ce lien est personnel. Qui l’ouvre peut annuler le rendez-vous.',
      ],
    }),
  };
}

/** The mail that says that an appointment was cancelled, as its holder asked. */
export function courrielAnnule(rendezVous: RendezVousAnnonce & { courriel: string }, { url }: { url: string }) {
  const { debut, fuseau } = rendezVous;
  return {
    a: rendezVous.courriel,
    ...composeCourriel({
      objet: `Rendez-vous annulé : ${formatInstant(debut, fuseau)}`,
      paragraphs: ['Votre rendez-vous est annulé, comme vous l’avez demandé. Vous n’avez rien d’autre à faire.'],
      facts: factsOf(rendezVous),
      action: { label: 'Choisir un autre moment', url },
    }),
  };
}

function factsOf(rendezVous: RendezVousAnnonce): { label: string; value: string }[] {
  const { debut, fuseau, prestation, modalite, lieu_nom, lieu_telephone } = rendezVous;
  return [
    { label: 'Quand', value: `${formatInstant(debut, fuseau)}${fuseau === 'Europe/Paris' ? '' : ' (heure du lieu)'}` },
    { label: 'Pour quoi', value: prestation },
    { label: 'Comment', value: MODALITE_LABELS[modalite] },
    { label: 'Où', value: [lieu_nom, ...addressOf(rendezVous)].filter(Boolean).join(', ') },
    ...(lieu_telephone ? [{ label: 'Téléphone du lieu', value: formatTelephone(lieu_telephone) }] : []),
  ];
}

/** The lines of an address, those that are known. */
export function addressOf(
  lieu: Pick<RendezVousAnnonce, 'adresse' | 'complement_adresse' | 'code_postal' | 'commune'>,
): string[] {
  const town = [lieu.code_postal, lieu.commune].filter(Boolean).join(' ');
  return [lieu.adresse, lieu.complement_adresse, town].filter((line): line is string => Boolean(line));
}
