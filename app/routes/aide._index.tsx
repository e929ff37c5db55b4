import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { Contact } from '#app/components/contact.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { Card } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { contactAddress } from '#app/http/contact.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Aide') }];

export function loader({ context }: LoaderFunctionArgs) {
  return { contact: contactAddress(context.settings.mailFrom) };
}

export default function AideIndex() {
  const { contact } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Aide" lead="Chaque guide se lit en deux minutes. Choisissez ce qui vous ressemble." />
      <ul className="plain-list grid">
        {GUIDES.map(({ to, title, text }) => (
          <li key={to}>
            <Card title={title} to={to} level={2}>
              <p>{text}</p>
            </Card>
          </li>
        ))}
      </ul>
      <h2 id="contact">Parler à une personne</h2>
      <h3>Vous avez besoin d’aide pour une démarche</h3>
      <p>
        Appelez directement un lieu : son téléphone est en haut de sa fiche. C’est le plus rapide, et la personne qui
        répond connaît les disponibilités.
      </p>
      <h3>Une information est fausse sur une fiche</h3>
      <p>
        Prévenez le lieu lui-même : il peut corriger sa fiche tout de suite. S’il ne répond pas, écrivez-nous en donnant
        le nom du lieu et sa commune.
      </p>
      <h3>Le site ne marche pas, ou vous n’arrivez pas à l’utiliser</h3>
      <Contact address={contact} />
      <p>
        Dites ce que vous vouliez faire, ce qui s’est passé, et à quelle heure. Ne donnez ni mot de passe, ni numéro de
        sécurité sociale.
      </p>
    </>
  );
}

const GUIDES = [
  {
    to: '/aide/citoyen',
    title: 'Je cherche de l’aide',
    text: 'Trouver un lieu, lire sa fiche, prendre ou annuler un rendez-vous.',
  },
  {
    to: '/aide/responsable',
    title: 'Je tiens la fiche d’un lieu',
    text: 'Se connecter sans mot de passe, changer la fiche, ouvrir des rendez-vous.',
  },
  {
    to: '/aide/moderation',
    title: 'Je relis les modifications',
    text: 'La file, comparer avant et après, accepter, refuser en expliquant.',
  },
  {
    to: '/aide/territoire',
    title: 'J’anime un territoire',
    text: 'Voir les lieux incomplets, faire importer un fichier, aider les structures.',
  },
];
