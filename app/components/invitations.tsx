import { Form } from '@remix-run/react';
import { Button } from './button.tsx';
import { DateText } from './date-text.tsx';

interface Invitation {
  id: number;
  nom: string | null;
  commune: string | null;
  structure: string;
  organisation: string | null;
  expire_le: Date | string;
}

/** Invitations that wait for the signed-in person, each with what accepting means. Nothing where there are none. */
export function Invitations({ invitations }: { invitations: readonly Invitation[] }) {
  if (invitations.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="invitations">
      <h2 id="invitations">On vous propose de tenir une fiche</h2>
      <ul className="lieu-list">
        {invitations.map(({ id, nom, commune, structure, organisation, expire_le }) => (
          <li key={id}>
            <h3>{[nom ?? 'Lieu sans nom', commune].filter(Boolean).join(', ')}</h3>
            <p>
              De la part de {organisation || 'l’équipe de modération'}, pour la structure « {structure} ». Jusqu’au{' '}
              <DateText value={expire_le} />.
            </p>
            <Form method="post" action="/espace?index">
              <Button name="invitation" value={id}>
                Tenir cette fiche<span className="visually-hidden"> : {nom}</span>
              </Button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}
