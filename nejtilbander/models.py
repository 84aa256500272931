"""The models module that Django discovers. All other code imports the models from their packages."""

from nejtilbander.accounts.models import CacheEntry, LoginLink, StaffLetter
from nejtilbander.approvals.models import Approval, ApprovalLetter
from nejtilbander.audit.models import AuditLine
from nejtilbander.background.models import Heartbeat
from nejtilbander.caching.models import Count
from nejtilbander.documents.models import Document, DocumentFile
from nejtilbander.images.models import Original, Picture, Rendition
from nejtilbander.links.models import CheckedLink
from nejtilbander.notices.models import Notice
from nejtilbander.publishing.launch_checklist import LaunchTick
from nejtilbander.publishing.models import Publication, Redirect, SharedPreview, Version
from nejtilbander.publishing.search_index import SearchEntry
from nejtilbander.publishing.summaries import WorkingCopySummary
from nejtilbander.reviews.models import Remark, Review, ReviewLetter
from nejtilbander.transfer.models import Seeded

__all__ = [
    "Approval", "ApprovalLetter", "AuditLine", "CacheEntry", "CheckedLink", "Count", "Document", "DocumentFile",
    "Heartbeat", "LaunchTick", "LoginLink", "Notice", "Original", "Picture", "Publication", "Redirect", "Remark",
    "Rendition", "Review", "ReviewLetter", "SearchEntry", "Seeded", "SharedPreview", "StaffLetter", "Version",
    "WorkingCopySummary",
]  # fmt: skip
