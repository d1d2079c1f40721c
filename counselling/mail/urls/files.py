from django.urls import path

from counselling.mail.views import files, files_locked, files_up

_TEAM = "team/letters/<uuid:case_id>/files/"

urlpatterns = [
    path("inbox/files/", files_up.begin, name="file_begin"),
    path("inbox/files/<uuid:file_id>/", files.download, name="file"),
    path("inbox/files/<uuid:file_id>/show/", files.show, name="file_show"),
    path("inbox/files/<uuid:file_id>/report/", files.report, name="file_report"),
    path("inbox/files/<uuid:file_id>/remove/", files_up.remove, name="file_remove"),
    path("inbox/files/<uuid:file_id>/done/", files_up.done, name="file_done"),
    path("inbox/files/<uuid:file_id>/<int:number>/", files_up.piece, name="file_piece"),
    path(_TEAM, files_up.team_begin, name="team_file_begin"),
    path(f"{_TEAM}<uuid:file_id>/", files.team_download, name="team_file"),
    path(f"{_TEAM}<uuid:file_id>/show/", files.team_show, name="team_file_show"),
    path(f"{_TEAM}<uuid:file_id>/report/", files.team_report, name="team_file_report"),
    path(f"{_TEAM}<uuid:file_id>/remove/", files_up.team_remove, name="team_file_remove"),
    path(f"{_TEAM}<uuid:file_id>/done/", files_up.team_done, name="team_file_done"),
    path(f"{_TEAM}<uuid:file_id>/<int:number>/", files_up.team_piece, name="team_file_piece"),
    path("team/locked-files/", files_locked.listed, name="locked_files"),
    path("team/locked-files/<uuid:file_id>/delete/", files_locked.delete, name="locked_file_delete"),
]
