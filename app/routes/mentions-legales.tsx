import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { Contact } from '#app/components/contact.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { contactAddress } from '#app/http/contact.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Mentions légales') }];

export function loader({ context }: LoaderFunctionArgs) {
  return { contact: contactAddress(context.settings.mailFrom) };
}

export default function MentionsLegales() {
  const { contact } = useLoaderData<typeof loader>();
  return (
    <article className="prose">
      <PageHeader title="Mentions légales" />
      <Notice kind="warning" title="Page à compléter avant l’ouverture au public">
        <p>
          La loi pour la confiance dans l’économie numérique demande de nommer ici l’éditeur du site (nom, adresse,
          téléphone), le directeur de la publication et l’hébergeur (nom, adresse, téléphone). Cette installation ne les
          a pas encore renseignés.
        </p>
      </Notice>
      <h2>Éditeur</h2>
      <p>La structure qui a installé ce site en est l’éditrice et répond de son contenu.</p>
      <Contact address={contact} />
      <h2>Logiciel</h2>
      <p>« Lieu à jour » est un logiciel libre, sous licence MIT.</p>
      <h2>Contenus</h2>
      <ul>
        <li>
          Informations sur les lieux : données ouvertes, voir <Link to="/donnees">la page des données</Link> pour leur
          licence et leurs sources.
        </li>
        <li>Fond de carte : © IGN, Géoplateforme. Contours des départements : Natural Earth, domaine public.</li>
        <li>
          Communes : découpage administratif publié par Etalab. Position des communes : GeoNames, licence CC BY 4.0.
        </li>
        <li>Police : Atkinson Hyperlegible Next, Braille Institute, licence SIL Open Font License 1.1.</li>
      </ul>
      <h2>Signaler un contenu</h2>
      <p>
        Une fiche contient quelque chose d’illicite ou de trompeur ? <Link to="/aide#contact">Dites-le-nous</Link> avec
        son adresse : elle peut être retirée.
      </p>
    </article>
  );
}
