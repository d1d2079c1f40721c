"""Local help: the public directory, cards in a case, warm hand-over."""

from django.urls import path

from blended.views import cards, handed_over, local, team_cards, team_partners, team_referrals

urlpatterns = [
    path("local/", local.search, name="local"),
    path("local/<int:number>/", local.one, name="local_one"),
    path("handed-over/", handed_over.page, name="handed_over"),
    path("mine/cards/", cards.mine, name="cards"),
    path("mine/cards/<uuid:case_id>/", cards.mine, name="cards"),
    path("mine/referrals/<uuid:referral_id>/", cards.referral, name="my_referral"),
    path("team/local/", team_partners.listed, name="partners"),
    path("team/local/new/", team_partners.new, name="partner_new"),
    path("team/local/table/", team_partners.table, name="partners_table"),
    path("team/local/export/", team_partners.export, name="partners_export"),
    path("team/local/<int:number>/", team_partners.edit, name="partner"),
    path("team/local/<int:number>/switch/", team_partners.switch, name="partner_switch"),
    path("team/case/<uuid:case_id>/partners/", team_cards.page, name="case_partners"),
    path("team/referrals/<uuid:referral_id>/", team_referrals.page, name="referral"),
    path("team/referrals/<uuid:referral_id>/print/", team_referrals.paper, name="referral_print"),
]
