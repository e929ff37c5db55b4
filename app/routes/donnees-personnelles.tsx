import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { Contact } from '#app/components/contact.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { DefinitionList } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { contactAddress } from '#app/http/contact.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Données personnelles') }];

export function loader({ context }: LoaderFunctionArgs) {
  const { mailFrom, basemap } = context.settings;
  return { contact: contactAddress(mailFrom), ign: basemap === 'ign' };
}

export default function DonneesPersonnelles() {
  const { contact, ign } = useLoaderData<typeof loader>();
  return (
    <article className="prose">
      <PageHeader
        title="Données personnelles"
        lead="Pour chercher un lieu, nous ne vous demandons rien. Pour le reste, nous gardons le moins possible."
      />
      <h2>Ce que nous traitons, pourquoi, combien de temps</h2>
      {TREATMENTS.map(({ when, what, basis, duration }) => (
        <section key={when}>
          <h3>{when}</h3>
          <DefinitionList
            items={[
              ['Quoi et pourquoi', what],
              ['Sur quelle base', basis],
              ['Combien de temps', duration],
            ]}
          />
        </section>
      ))}
      <h2>Qui les voit</h2>
      <ul>
        <li>Votre rendez-vous : les responsables de la fiche du lieu où vous l’avez pris, et personne d’autre.</li>
        <li>Votre adresse de responsable de fiche : les modérateurs et les animateurs de votre territoire.</li>
        <li>Rien n’est vendu, ni transmis à des fins publicitaires. Rien de cela n’est dans les données ouvertes.</li>
        <li>
          Les coordonnées professionnelles d’un lieu (téléphone, courriel de contact) sont, elles, publiques : c’est
          leur but.
        </li>
      </ul>
      <h2>Traceurs</h2>
      <p>
        Aucune mesure d’audience, aucun traceur publicitaire, aucune police ni image prise chez un tiers. Un seul
        cookie, « session », posé quand vous vous connectez : il est nécessaire pour que vous le restiez, et dure 30
        jours.
      </p>
      {ign ? (
        <p>
          Le fond de carte vient de l’IGN (data.geopf.fr) : quand la carte s’affiche, votre navigateur lui demande des
          images, et l’IGN voit votre adresse internet. La liste des lieux ne lui demande rien.
        </p>
      ) : (
        <p>Le fond de carte vient de ce site : votre navigateur ne demande rien à d’autres.</p>
      )}
      <h2>Journaux techniques</h2>
      <p>
        Nous notons l’heure, la page type et la durée de chaque demande, pour trouver les pannes. Ni votre adresse
        internet, ni ce que vous cherchez n’y figurent. Contre les abus, nous comptons les essais répétés sur une
        empreinte chiffrée de l’adresse, qui n’est pas l’adresse.
      </p>
      <h2>Vos droits</h2>
      <p>
        Vous pouvez demander à voir vos données, à les corriger, à les effacer, à en limiter l’usage ou vous y opposer.
        Pour un rendez-vous, vous pouvez l’annuler par le lien reçu, ou vous adresser au lieu.
      </p>
      <Contact address={contact} />
      <p>
        Si la réponse ne vous convient pas, vous pouvez adresser une réclamation à la{' '}
        <a href="https://www.cnil.fr/fr/plaintes">CNIL</a>. Le responsable du traitement est l’éditeur du site, nommé
        dans les <Link to="/mentions-legales">mentions légales</Link>.
      </p>
    </article>
  );
}

const TREATMENTS = [
  {
    when: 'Vous prenez un rendez-vous',
    what: 'Nom, coordonnées et ce que vous écrivez au lieu : pour réserver, vous prévenir, et que le lieu vous reconnaisse.',
    basis: 'La réponse à votre demande',
    duration: 'Pas encore d’effacement automatique : sur simple demande au lieu ou à nous.',
  },
  {
    when: 'Vous signalez une erreur',
    what: 'Ce que vous écrivez et, si vous le voulez, votre adresse de courriel : pour corriger la fiche et vous répondre.',
    basis: 'La mission d’intérêt public de donner des informations justes',
    duration: 'Votre adresse est effacée dès que nous avons répondu. Le signalement est gardé avec le lieu.',
  },
  {
    when: 'Vous tenez une fiche, relisez ou animez',
    what: 'Adresse de courriel, nom si vous le donnez, dernière connexion, modifications faites : pour vous reconnaître et rendre compte de qui a changé quoi.',
    basis: 'La mission d’intérêt public de donner des informations justes',
    duration: 'Tant que le compte sert. Le journal des modifications est gardé avec le lieu.',
  },
  {
    when: 'Vous demandez un lien de connexion',
    what: 'L’adresse donnée et une empreinte du lien, pour vérifier qu’il sert une seule fois.',
    basis: 'La sécurité du service',
    duration: 'Le lien vaut 15 minutes ; sa trace est effacée un jour après.',
  },
  {
    when: 'On vous invite à tenir une fiche',
    what: 'L’adresse de courriel de la structure et une empreinte du lien, pour que cette adresse seule puisse accepter.',
    basis: 'La mission d’intérêt public de donner des informations justes',
    duration: 'Sans réponse, ou retirée, l’invitation est effacée trois mois après la fin de son lien.',
  },
  {
    when: 'Vous demandez une clé de l’API',
    what: 'L’adresse de courriel donnée et l’usage prévu : pour vous écrire avant un changement ou un retrait.',
    basis: 'La sécurité du service',
    duration: 'Tant que la clé existe. Retirée, elle reste dans la liste, pour rendre compte.',
  },
  {
    when: 'Nous vous écrivons',
    what: 'Le courriel et son destinataire, pour l’envoyer de nouveau si la messagerie ne répond pas.',
    basis: 'La réponse à votre demande',
    duration: 'Effacé 30 jours après l’envoi.',
  },
];
