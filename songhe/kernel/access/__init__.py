"""Access 访问控制: who may reach which rows and fields, and who looked.

Accounts hold posts 岗位; a post is a role, in an organisation, over an area.
Rows are reached only through ``Model.objects.visible_to(post)``; a query that
passes no scope raises :class:`~songhe.kernel.access.scoping.Unscoped`.
"""
