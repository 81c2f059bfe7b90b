"""What is asked for, by root of the portal's GraphQL; a field that the service does not have is left out.

Bank accounts are not: no rule reads them.
"""

DEFAULT_URL = "https://ows.goszakup.gov.kz"
"""Where the service is."""
TYPES = ("TrdBuy", "Lots", "TrdApp", "Contract", "Subjects", "Rnu", "Plans", "Acts")
"""The roots that can be asked, in the order in which they are."""
USUAL = ("TrdBuy", "Lots", "TrdApp", "Contract", "Subjects", "Rnu")
"""Those that are where none is named: lots bring the plan points that they are bought under, contracts their acts and
payments. Some 40 million plan points are there, most of them of no lot."""
WHOLE = frozenset({"Rnu"})
"""Those that are always read whole: an old entry counts as long as it lasts."""
DATES = ("lastUpdateDate", "dateApply", "dateAction")
"""Filters by day, the best first."""

_PLAN = """
        id rootrecordId subjectBiin subjectNameRu subjectNameKz nameRu nameKz refTradeMethodsId count price amount
        refMonthsId refPlnPointStatusId plnPointYear refSubjectTypeId refEnstruCode refJustificationId dateCreate
        timestamp descRu descKz isActive isDeleted systemId indexDate
"""
_ACT = """
        id contractId contractRootId aktDate numberAct approveDate revokeDate createDateAct statusId statusNameRu
        statusNameKz dayOverdue sumFine sumTransfer sumBeginning isDeleted
"""
WANTED = {
    "TrdBuy": """
        id numberAnno nameRu nameKz totalSum countLots refTradeMethodsId refSubjectTypeId
        customerBin customerPid customerNameRu customerNameKz orgBin orgPid orgNameRu orgNameKz refBuyStatusId
        startDate endDate repeatStartDate repeatEndDate publishDate itogiDatePublic refTypeTradeId parentId
        biinSupplier lastUpdateDate finYear kato systemId indexDate
        Commission { id fio refCommRolesId bin }
        Cancel { id numberDecision dateDecision nameAuthority }
    """,
    "Lots": f"""
        id lotNumber refLotStatusId lastUpdateDate unionLots count amount nameRu nameKz
        customerId customerBin customerNameRu customerNameKz trdBuyNumberAnno trdBuyId dumping
        refTradeMethodsId refBuyTradeMethodsId pointList enstruList plnPointKatoList isConstructionWork
        isDeleted systemId indexDate
        Plans {{ {_PLAN} }}
    """,
    "TrdApp": """
        id buyId supplierId supplierBinIin protId protNumber dateApply systemId indexDate
        Supplier { pid bin iin nameRu }
        AppLots {
            id lotId statusId price amount discountValue discountPrice
            Offers { id pointId lotId price amount }
            RefAppStatus { nameRu }
        }
    """,
    "Contract": f"""
        id parentId rootId trdBuyId trdBuyNumberAnno trdBuyNameRu trdBuyNameKz trdBuyItogiDatePublic
        refContractStatusId deleted crdate lastUpdateDate supplierId supplierBiin supplierLegalAddress
        customerId customerBin customerLegalAddress contractNumber contractNumberSys refSubjectTypeId finYear
        refCurrencyCode contractSum contractSumWnds faktSum faktSumWnds signDate ecEndDate planExecDate faktExecDate
        contractEndDate refContractCancelId refContractTypeId descriptionRu descriptionKz faktTradeMethodsId
        systemId indexDate
        Supplier {{ pid bin iin nameRu }}
        Customer {{ pid bin nameRu }}
        ContractUnits {{ id lotId plnPointId itemPrice quantity totalSum totalSumWnds factSum deleted trdBuyId }}
        Acts {{ {_ACT} }}
        TreasuryPay {{
            id contractId rnnSupplier dtReg accountingDate payAmount payDate prepaySum checkNumber lastUpdateDate
        }}
        ContractPayment {{ id contractId actId paySum payDate }}
    """,
    "Subjects": """
        pid bin iin inn unp regdate crdate nameRu nameKz fullNameRu fullNameKz email phone website lastUpdateDate
        countryCode katoList customer organizer supplier typeSupplier okedList parentSubject systemId indexDate
        Address { id addressType address katoCode phone }
        Employees { id personId pid iin fio role roleName startDate endDate }
    """,
    "Rnu": """
        id pid supplierNameRu supplierNameKz supplierBiin supplierInnunp startDate endDate systemId indexDate
    """,
    "Plans": _PLAN,
    "Acts": _ACT,
}
"""Fields by root, as a GraphQL selection."""
