import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { Contact } from '#app/components/contact.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { PageHeader } from '#app/components/page-header.tsx';
import { contactAddress } from '#app/http/contact.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Accessibilité') }];

export function loader({ context }: LoaderFunctionArgs) {
  return { contact: contactAddress(context.settings.mailFrom) };
}

export default function Accessibilite() {
  const { contact } = useLoaderData<typeof loader>();
  return (
    <article className="prose">
      <PageHeader
        title="Accessibilité : non encore auditée"
        lead="Ce site est fait pour être utilisé par tous. Aucun audit indépendant ne l’a encore vérifié."
      />
      <h2>Déclaration</h2>
      <p>
        Cette déclaration porte sur l’ensemble de ce site. L’article 47 de la loi n° 2005-102 du 11 février 2005 demande
        une évaluation selon le référentiel général d’amélioration de l’accessibilité (RGAA, version 4.1).
      </p>
      <p>
        <strong>État de conformité : non conforme</strong>, au sens de la loi, car le site n’a pas encore été audité.
        Cela ne veut pas dire qu’il est inutilisable : cela veut dire que personne d’extérieur n’a mesuré son taux de
        conformité.
      </p>
      <h2>Ce qui est fait</h2>
      <ul>
        <li>Les pages publiques et les formulaires sont prévus pour fonctionner au clavier et sans JavaScript.</li>
        <li>La police a été dessinée pour les personnes malvoyantes. Le texte peut être agrandi à 400 %.</li>
        <li>Les textes visent un contraste d’au moins 7 pour 1, en clair comme en sombre.</li>
        <li>La carte a un équivalent : la liste des mêmes lieux, dans la même page.</li>
        <li>Les animations sont retirées si votre appareil le demande.</li>
      </ul>
      <h2>Ce que nous savons imparfait</h2>
      <ul>
        <li>La carte elle-même est difficile à explorer avec un lecteur d’écran : utilisez la liste.</li>
        <li>Les textes écrits par les lieux ne sont pas toujours simples à lire.</li>
        <li>Il n’existe pas encore de version en FALC ni en langue des signes.</li>
      </ul>
      <h2 id="contact">Nous signaler une difficulté</h2>
      <p>
        Une page, un formulaire ou un document vous bloque ? Dites-le-nous : nous vous donnerons l’information
        autrement.
      </p>
      <Contact address={contact} />
      <h2>Voie de recours</h2>
      <p>
        Si vous signalez un défaut qui vous empêche d’utiliser le site et que vous n’obtenez pas de réponse
        satisfaisante, vous pouvez :
      </p>
      <ul>
        <li>
          <a href="https://formulaire.defenseurdesdroits.fr/">écrire au Défenseur des droits</a> ;
        </li>
        <li>
          <a href="https://www.defenseurdesdroits.fr/saisir/delegues">rencontrer un de ses délégués</a> dans votre
          région ;
        </li>
        <li>lui écrire, sans timbre : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.</li>
      </ul>
    </article>
  );
}
